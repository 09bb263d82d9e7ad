import {
  creditedParts,
  creditNoteNumber,
  creditNoteReasons,
  dueDateOf,
  formatAmountMinor,
  formatTaxRate,
  invoiceTaxes,
  lineAmounts,
  type Invoice,
  type LineTax,
  type TaxOfRate,
} from '@oms/domain';
import { z } from 'zod';

import { addressResource, renderAddress } from '../kit/address-resource.js';
import { renderSeller, sellerResource } from './seller-schemas.js';

// The fields of invoices that several APIs show.

export const money = z
  .string()
  .meta({ description: 'A decimal string with exactly the currency’s decimals.' });
export const timestamp = z.string().meta({ format: 'date-time', description: 'ISO 8601 in UTC.' });

/** The parties of an invoice. They are copied when it is issued. */
export const invoicePartyFields = {
  seller: sellerResource.nullable().meta({
    description:
      'Of the organization, copied when the invoice is issued. Null where the organization had set none.',
  }),
  bill_to: addressResource.nullable().meta({
    description:
      'The order’s billing address, or else its shipping address. Copied when the invoice is issued: later corrections of the order change drafts alone.',
  }),
  ship_to: addressResource
    .nullable()
    .meta({ description: 'The order’s shipping address, copied when the invoice is issued.' }),
  due_date: z.string().nullable().meta({
    format: 'date',
    description: 'In UTC. Null for a draft, and where the seller has no `payment_due_days`.',
  }),
};

/** Renders the parties of an invoice, and its due date. */
export function renderInvoiceParties(invoice: Invoice) {
  const { seller, billTo, shipTo } = invoice;
  return {
    seller: seller ? renderSeller(seller) : null,
    bill_to: billTo ? renderAddress(billTo) : null,
    ship_to: shipTo ? renderAddress(shipTo) : null,
    due_date: dueDateOf(invoice) ?? null,
  };
}

const taxRate = z.string().nullable();

const taxes = z.array(
  z.strictObject({
    tax_rate: taxRate.meta({ description: 'In percent. Null where the tax is an amount, or there is none.' }),
    taxable_amount: money.meta({ description: 'After the discount, without the tax.' }),
    tax_amount: money,
  }),
);

/** The lines and amounts of an invoice that all APIs show. */
export const invoiceAmountFields = {
  lines: z
    .array(
      z.strictObject({
        product_title: z.string().nullable(),
        variant_title: z.string().nullable(),
        sku: z.string().nullable(),
        quantity: z.int(),
        unit_price: money,
        discount_amount: money.meta({ description: 'The share of the discount.' }),
        taxable_amount: money.meta({ description: 'After the discount, without the tax.' }),
        tax_rate: taxRate.meta({ description: 'In percent. Null where no rate was stated for the line.' }),
        tax_amount: money,
        total_amount: money.meta({ description: '`taxable_amount` and `tax_amount` together.' }),
      }),
    )
    .meta({ description: 'The items of the order.' }),
  subtotal_amount: money.meta({ description: 'The prices of all lines.' }),
  discount_amount: money,
  shipping_amount: money.meta({ description: 'Has no tax of its own.' }),
  tax_amount: money,
  taxes_included: z.boolean().meta({ description: 'Whether the prices include the tax.' }),
  taxes: taxes.meta({
    description:
      'By rate, the largest first. All `taxable_amount` and `tax_amount` and the `shipping_amount` add up to the total.',
  }),
};

/** Renders the lines and amounts of an invoice. */
export function renderInvoiceAmounts(invoice: Invoice) {
  const { lines, totals } = invoice;
  const amount = (amountMinor: number): string => formatAmountMinor(amountMinor, invoice.currencyExponent);
  return {
    lines: lineAmounts(lines, totals).map((line) => ({
      product_title: line.productTitle ?? null,
      variant_title: line.variantTitle ?? null,
      sku: line.sku ?? null,
      quantity: line.quantity,
      unit_price: amount(line.unitPriceMinor),
      discount_amount: amount(line.discountMinor),
      taxable_amount: amount(line.grossMinor - line.taxMinor),
      tax_rate: renderRate(line),
      tax_amount: amount(line.taxMinor),
      total_amount: amount(line.grossMinor),
    })),
    subtotal_amount: amount(totals.subtotalMinor),
    discount_amount: amount(totals.discountMinor),
    shipping_amount: amount(totals.shippingMinor),
    tax_amount: amount(totals.taxMinor),
    taxes_included: totals.taxesIncluded === true,
    taxes: renderTaxes(invoiceTaxes(invoice), invoice.currencyExponent),
  };
}

const renderRate = ({ taxRateMillionths }: Pick<LineTax, 'taxRateMillionths'>): string | null =>
  taxRateMillionths === undefined ? null : formatTaxRate(taxRateMillionths);

const renderTaxes = (rates: readonly TaxOfRate[], exponent: number) =>
  rates.map((rate) => ({
    tax_rate: renderRate(rate),
    taxable_amount: formatAmountMinor(rate.netMinor, exponent),
    tax_amount: formatAmountMinor(rate.taxMinor, exponent),
  }));

/** The fields of a credit note that all APIs show, apart from its ids. */
export const creditNoteFields = {
  credit_note_number: z
    .string()
    .meta({ description: 'In a series of its own, without gaps in an organisation.' }),
  reason: z.enum(creditNoteReasons).meta({
    description:
      'Money was given back, units or the order were cancelled, or the invoice was voided by hand. `refund_failed` takes back the credit note of a refund that failed: its amount is below zero.',
  }),
  amount: money,
  taxes: taxes.meta({
    description:
      'By rate, the largest first. All `taxable_amount` and `tax_amount` and the `shipping_amount` add up to the `amount`.',
  }),
  shipping_amount: money,
  created_at: timestamp,
};

/** Renders the credit notes of an invoice: each with the fields that all APIs show. */
export function renderCreditNotes(invoice: Invoice) {
  const exponent = invoice.currencyExponent;
  const parts = creditedParts(invoice);
  return invoice.creditNotes.map((note, index) => ({
    note,
    fields: {
      credit_note_number: creditNoteNumber(note.sequence),
      reason: note.reason,
      amount: formatAmountMinor(note.amountMinor, exponent),
      taxes: renderTaxes(parts[index]?.taxes ?? [], exponent),
      shipping_amount: formatAmountMinor(parts[index]?.shippingMinor ?? 0, exponent),
      created_at: note.createdAt,
    },
  }));
}
