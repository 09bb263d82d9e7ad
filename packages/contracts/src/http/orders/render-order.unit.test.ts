import type { Order, OrderLine, OrderTotals } from '@oms/domain';
import {
  cancellationReasons,
  formatAmountMinor,
  maxAmountMinor,
  orderFlags,
  orderStatuses,
  paymentProviderNames,
  paymentStatuses,
} from '@oms/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { createOrderExample } from './create-order-example.js';
import { currencyCodesAccepted, findCurrency } from '../kit/currency.js';
import {
  acceptedOrderResource,
  orderListResource,
  orderResource,
  placedOrderResource,
} from './order-resource.js';
import { parseCreateOrder, parseListOrdersQuery } from '../testing/parsed.js';
import { renderAcceptedOrder, renderOrder, renderOrderList, renderPlacedOrder } from './render-order.js';

const instant = fc
  .date({ min: new Date('1970-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true })
  .map((date) => date.toISOString());
const amountMinor = fc.integer({ min: 0, max: maxAmountMinor });
const words = fc.string({ unit: 'binary', maxLength: 20 });
// `__proto__` is the only key that requests cannot use in metadata.
const acceptedKey = words.filter((key) => key !== '__proto__');

const line: fc.Arbitrary<OrderLine> = fc.record(
  {
    id: fc.uuid(),
    position: fc.integer({ min: 1, max: 500 }),
    productTitle: words,
    variantId: fc.uuid(),
    locationId: fc.uuid(),
    sku: words,
    variantTitle: words,
    quantity: fc.integer({ min: 1, max: 1000 }),
    unitPriceMinor: amountMinor,
    requiresShipping: fc.boolean(),
  },
  { requiredKeys: ['id', 'position', 'quantity', 'unitPriceMinor', 'requiresShipping'] },
);

const address = fc.record(
  {
    name: words,
    company: words,
    line1: words,
    line2: words,
    city: words,
    state: words,
    postalCode: words,
    country: fc.constantFrom('GB', 'JP', 'US'),
    phone: words,
    email: words,
  },
  { requiredKeys: ['line1', 'city', 'country'] },
);

const totals: fc.Arbitrary<OrderTotals> = fc.record({
  subtotalMinor: amountMinor,
  discountMinor: amountMinor,
  taxMinor: amountMinor,
  shippingMinor: amountMinor,
  totalMinor: amountMinor,
});

const order: fc.Arbitrary<Order> = fc.record(
  {
    id: fc.uuid(),
    tenantId: fc.uuid(),
    orgId: fc.uuid(),
    number: fc.integer({ min: 10_001 }).map((count) => `ORD-${count}`),
    idempotencyKey: words,
    status: fc.constantFrom(...orderStatuses),
    paymentStatus: fc.constantFrom(...paymentStatuses),
    cancellationReason: fc.constantFrom(...cancellationReasons),
    cancellationDetail: words,
    flags: fc.uniqueArray(fc.constantFrom(...orderFlags)),
    currency: fc.constantFrom(...currencyCodesAccepted),
    currencyExponent: fc.integer({ min: 0, max: 4 }),
    paymentProvider: fc.constantFrom(...paymentProviderNames),
    paymentReference: words,
    customerId: fc.uuid(),
    externalId: words,
    channel: words,
    sourcePlatform: words,
    shippingAddress: address,
    shippingMethod: words,
    metadata: fc.dictionary(acceptedKey, words, { noNullPrototype: true }),
    totals,
    lines: fc.array(line, { minLength: 1, maxLength: 3 }),
    version: fc.integer({ min: 1 }),
    createdAt: instant,
    updatedAt: instant,
    statusTimes: fc.dictionary(fc.constantFrom(...orderStatuses), instant, { noNullPrototype: true }),
  },
  {
    requiredKeys: [
      ...([
        'id',
        'tenantId',
        'orgId',
        'number',
        'idempotencyKey',
        'status',
        'paymentStatus',
        'flags',
        'currency',
      ] as const),
      ...([
        'currencyExponent',
        'paymentProvider',
        'paymentReference',
        'metadata',
        'totals',
        'lines',
      ] as const),
      ...(['version', 'createdAt', 'updatedAt', 'statusTimes'] as const),
    ],
  },
);

describe('a rendered order', () => {
  it('has the documented schema, for any order', () => {
    fc.assert(
      fc.property(order, (anyOrder) => {
        const rendered = renderOrder(anyOrder);
        // Strict schemas refuse unknown fields: an undocumented field in an answer would fail here.
        expect(orderResource.parse(rendered)).toEqual(rendered);
        expect(JSON.parse(JSON.stringify(rendered))).toEqual(rendered);
      }),
    );
  });

  it('keeps tenant, organisation and key inside', () => {
    fc.assert(
      fc.property(order, fc.uuid(), fc.uuid(), (anyOrder, secretScope, secretKey) => {
        const text = JSON.stringify(
          renderOrder({ ...anyOrder, tenantId: secretScope, orgId: secretScope, idempotencyKey: secretKey }),
        );
        expect(text).not.toContain(secretScope);
        expect(text).not.toContain(secretKey);
      }),
    );
  });

  it('has every field, null where there is no value, and only the times of statuses that were reached', () => {
    const [bare] = fc.sample(order, { numRuns: 1, seed: 1 });
    if (!bare) throw new Error('no sample');
    const rendered = renderOrder({
      id: bare.id,
      tenantId: bare.tenantId,
      orgId: bare.orgId,
      number: 'ORD-10001',
      idempotencyKey: 'key',
      status: 'confirmed',
      paymentStatus: 'captured',
      flags: ['disputed'],
      currency: 'BHD',
      currencyExponent: 3,
      paymentProvider: 'stripe',
      paymentReference: 'pi_1',
      metadata: {},
      totals: { subtotalMinor: 5000, discountMinor: 1, taxMinor: 20, shippingMinor: 300, totalMinor: 5319 },
      lines: [{ id: bare.id, position: 1, quantity: 2, unitPriceMinor: 2500, requiresShipping: true }],
      version: 5,
      createdAt: '2026-11-21T10:00:00.000Z',
      updatedAt: '2026-11-21T10:00:01.000Z',
      statusTimes: { pending: '2026-11-21T10:00:00.000Z', confirmed: '2026-11-21T10:00:01.000Z' },
    });
    expect(rendered).toStrictEqual({
      id: bare.id,
      number: 'ORD-10001',
      status: 'confirmed',
      payment_status: 'captured',
      cancellation_reason: null,
      cancellation_detail: null,
      flags: ['disputed'],
      currency: 'BHD',
      subtotal_amount: '5.000',
      discount_amount: '0.001',
      tax_amount: '0.020',
      taxes_included: false,
      shipping_amount: '0.300',
      total_amount: '5.319',
      payment_provider: 'stripe',
      payment_reference: 'pi_1',
      capture_policy: null,
      customer_id: null,
      external_id: null,
      channel: null,
      source_platform: null,
      shipping_address: null,
      billing_address: null,
      shipping_method: null,
      note: null,
      tags: [],
      metadata: {},
      items: [
        {
          id: bare.id,
          position: 1,
          product_title: null,
          variant_id: null,
          location_id: null,
          sku: null,
          variant_title: null,
          quantity: 2,
          unit_price: '2.500',
          total: '5.000',
          discount_amount: '0.001',
          tax_rate: null,
          tax_amount: '0.020',
          requires_shipping: true,
        },
      ],
      erp: null,
      created_at: '2026-11-21T10:00:00.000Z',
      updated_at: '2026-11-21T10:00:01.000Z',
      pending_at: '2026-11-21T10:00:00.000Z',
      confirmed_at: '2026-11-21T10:00:01.000Z',
      version: 5,
    });
  });
});

describe('a rendered list', () => {
  it('has the documented schema, and a cursor that the next request accepts', () => {
    fc.assert(
      fc.property(
        fc.array(order, { maxLength: 3 }),
        fc.option(fc.record({ createdAt: instant, id: fc.uuid() }), { nil: undefined }),
        (orders, next) => {
          const rendered = renderOrderList({ orders, limit: 3, ...(next ? { next } : {}) }, { offset: 0 });
          expect(orderListResource.parse(rendered)).toEqual(rendered);
          const after =
            rendered.next_cursor === null
              ? undefined
              : parseListOrdersQuery({ cursor: rendered.next_cursor }).after;
          expect(after).toEqual(next);
        },
      ),
    );
  });
});

describe('the answers to a placed order', () => {
  it('have the documented schemas', () => {
    const id = 'c3d4e5f6-a7b8-9012-cdef-345678901234';
    expect(placedOrderResource.parse(renderPlacedOrder(id))).toEqual({ order_id: id });
    expect(acceptedOrderResource.parse(renderAcceptedOrder(id))).toEqual({ id, status: 'pending' });
  });
});

describe('money', () => {
  it.each(currencyCodesAccepted)('in %s is parsed and rendered without any loss', (currency) => {
    const exponent = findCurrency(currency)?.exponent ?? Number.NaN;
    const [item] = createOrderExample.items;
    fc.assert(
      fc.property(order, amountMinor, (anyOrder, minor) => {
        const amount = formatAmountMinor(minor, exponent);
        const placed = parseCreateOrder({
          ...createOrderExample,
          currency,
          items: [{ ...item, quantity: 1, unit_price: amount }],
          discount_amount: amount,
          tax_amount: amount,
        }).order;
        const lines = placed.lines.map((one) => ({ ...one, id: anyOrder.id, position: 1 }));
        const rendered = renderOrder({ ...anyOrder, ...placed, lines });
        expect(rendered).toMatchObject({
          subtotal_amount: amount,
          discount_amount: amount,
          tax_amount: amount,
          total_amount: amount,
        });
        expect(rendered.items[0]).toMatchObject({ unit_price: amount, total: amount });
      }),
      { numRuns: 20 },
    );
  });
});
