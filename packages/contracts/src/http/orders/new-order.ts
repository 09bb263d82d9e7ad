import type { Address, Currency, NewOrder, NewOrderLine, OrderTotals } from '@oms/domain';
import { computeTotals } from '@oms/domain';

import { amountMinor } from '../kit/amount-schema.js';
import { hashOf } from '../kit/canonical-json.js';
import type { CreateOrderBody } from './create-order-body.js';
import { defaultCurrency } from '../kit/currency-schema.js';
import { findCurrency } from '../kit/currency.js';
import { given } from '../kit/given.js';
import { invalidRequest } from '../kit/invalid-request.js';
import { toLineTax } from './line-tax-schema.js';

/** An order that a client requested, parsed. */
export interface CreateOrderCommand {
  readonly idempotencyKey: string;
  readonly order: NewOrder;
  /**
   * The hash of the parsed order: the same key with another hash is refused. Spelling makes no difference: `89.99` or
   * `"89.99"`, the sequence of keys, explicit defaults.
   */
  readonly requestHash: string;
}

/**
 * Converts the body of `POST /api/v1/oms/orders`.
 *
 * @throws RefusedError for an invalid amount or impossible totals
 */
export function toCreateOrder(body: CreateOrderBody): CreateOrderCommand {
  const order = toNewOrder(body);
  return { idempotencyKey: body.idempotency_key, order, requestHash: hashOf(order) };
}

/** The fields of an order on the Orders API. An order without a payment provider is paid by invoice. */
export type OrderFields = Omit<
  CreateOrderBody,
  'idempotency_key' | 'payment_provider' | 'payment_reference'
> & {
  readonly payment_provider?: CreateOrderBody['payment_provider'] | null | undefined;
  readonly payment_reference?: string | null | undefined;
};

/**
 * Converts the fields of an order to the domain's new order.
 *
 * @throws RefusedError for an amount that the currency cannot express, and for impossible totals
 */
export function toNewOrder(body: OrderFields): NewOrder {
  const currency = currencyOf(body);
  const lines = body.items.map((item, index) => toLine(item, index, currency));
  return {
    currency: currency.code,
    currencyExponent: currency.exponent,
    metadata: { ...body.metadata },
    totals: totalsOf(body, lines, currency),
    lines,
    ...given({
      paymentProvider: body.payment_provider,
      paymentReference: body.payment_reference,
      capturePolicy: body.capture_policy,
      customerId: body.customer_id,
      externalId: body.external_id,
      channel: body.channel,
      sourcePlatform: body.source_platform,
      shippingAddress: body.shipping_address && toAddress(body.shipping_address),
      billingAddress: body.billing_address && toAddress(body.billing_address),
      shippingMethod: body.shipping_method,
      note: body.note,
      tags: body.tags && [...new Set(body.tags)],
    }),
  };
}

function currencyOf(body: OrderFields): Currency {
  const currency = findCurrency(body.currency ?? defaultCurrency);
  if (!currency) throw invalidRequest('currency must be an ISO 4217 currency code', 'currency');
  return currency;
}

function toLine(item: CreateOrderBody['items'][number], index: number, currency: Currency): NewOrderLine {
  return {
    quantity: item.quantity,
    unitPriceMinor: amountMinor(item.unit_price, currency.exponent, `items[${index}].unit_price`),
    requiresShipping: item.requires_shipping ?? true,
    ...toLineTax(item, currency.exponent, `items[${index}]`),
    ...given({
      productTitle: item.product_title,
      variantId: item.variant_id,
      locationId: item.location_id,
      sku: item.sku,
      variantTitle: item.variant_title,
    }),
  };
}

/** Converts an address to the domain's form. */
export function toAddress(address: NonNullable<CreateOrderBody['shipping_address']>): Address {
  return {
    line1: address.line1,
    city: address.city,
    country: address.country,
    ...given({
      name: address.name,
      company: address.company,
      line2: address.line2,
      state: address.state,
      postalCode: address.postal_code,
      phone: address.phone,
      email: address.email,
    }),
  };
}

function totalsOf(body: OrderFields, lines: readonly NewOrderLine[], currency: Currency): OrderTotals {
  const minor = (field: 'discount_amount' | 'tax_amount' | 'shipping_amount') =>
    amountMinor(body[field] ?? 0, currency.exponent, field);
  const adjustments = {
    discountMinor: minor('discount_amount'),
    taxMinor: minor('tax_amount'),
    taxesIncluded: body.taxes_included ?? false,
    shippingMinor: minor('shipping_amount'),
  };
  return computeTotals(lines, adjustments);
}
