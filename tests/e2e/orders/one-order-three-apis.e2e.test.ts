import { commerceOrderId, IdPrefix, salesOrderId, typeIdOf } from '@oms/contracts/http';
import { eventually } from '@oms/stack';
import { remainingImbalances } from '@oms/testing';
import { useStarted, useSharedStack } from '@oms/testing/vitest';
import { beforeAll, describe, expect, it } from 'vitest';

import { commerceStatusIn, statusIn, type State } from '../apis/change-table.js';
import { createApis, apiNames, money, type ApiName, type ApiOrder } from './order-apis.js';

/** The expected answer of each API about an order, apart from its status. The same for orders of all APIs. */
const shown: Readonly<Record<ApiName, (order: ApiOrder) => object>> = {
  orders: ({ id, number, reference, externalId, customerId, variantId, sku }) => ({
    ...{ id, number, external_id: externalId, customer_id: customerId, currency: 'USD' },
    subtotal_amount: money.subtotal,
    discount_amount: money.discount,
    tax_amount: money.tax,
    shipping_amount: money.shipping,
    total_amount: money.total,
    ...{ payment_provider: 'stripe', payment_reference: reference, shipping_method: 'ground' },
    shipping_address: { line1: '123 Commerce St', city: 'Austin', country: 'US' },
    items: [{ variant_id: variantId, sku, quantity: 2, unit_price: '89.99', total: money.subtotal }],
  }),
  sales: ({ id, number, reference, externalId, customerId, variantId, sku }) => ({
    ...{ id: salesOrderId(id), order_number: number, external_id: externalId, currency: 'USD' },
    customer_id: typeIdOf(IdPrefix.Customer, customerId),
    subtotal: money.subtotal,
    discount_amount: money.discount,
    tax_amount: money.tax,
    shipping_amount: money.shipping,
    total: money.total,
    ...{ payment_provider: 'stripe', payment_reference: reference, shipping_method: 'ground' },
    shipping_address: { line1: '123 Commerce St', city: 'Austin', country: 'US' },
    line_items: [
      {
        ...{ variant_id: typeIdOf(IdPrefix.Variant, variantId), sku, quantity: 2 },
        ...{ unit_price: '89.99', total: money.subtotal },
      },
    ],
  }),
  // This API shows no lines.
  commerce: ({ id, number, externalId }) => ({
    ...{ id: commerceOrderId(id), number, external_id: externalId, currency: 'USD' },
    ...{ total_amount: money.total, tax_amount: money.tax, shipping_method: 'ground' },
  }),
};

const statusOn = (apiName: ApiName, state: State): string =>
  apiName === 'commerce' ? commerceStatusIn[state] : statusIn[state];
const numberParameter = { orders: 'number', sales: 'order_number', commerce: 'number' } as const;
const namesOf = { orders: 'the Orders API', sales: 'the Sales API', commerce: 'the Commerce API' } as const;
const pairs = apiNames.flatMap((origin) =>
  apiNames.map((apiName) => ({ origin, apiName, on: namesOf[origin], by: namesOf[apiName] })),
);
/** The Commerce API places and shows orders, and has no changes. */
const drives = pairs.flatMap(({ apiName, ...pair }) =>
  apiName === 'commerce' ? [] : [{ ...pair, apiName }],
);

describe('one order on three APIs', () => {
  const stack = useSharedStack();
  const client = useStarted({ start: () => createApis(stack) });
  const standing = new Map<ApiName, ApiOrder>();

  beforeAll(async () => {
    for (const origin of apiNames) standing.set(origin, await client.place(origin));
  });

  function placedOn(origin: ApiName): ApiOrder {
    const order = standing.get(origin);
    if (!order) throw new Error(`no order was placed on ${origin}`);
    return order;
  }

  it.each(pairs)('placed on $on has the same content when read on $by', async ({ origin, apiName }) => {
    const order = placedOn(origin);
    const { status, body } = await client.get(apiName, `/${client.idOn(apiName, order.id)}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      ...shown[apiName](order),
      status: statusOn(apiName, 'confirmed'),
      payment_status: 'captured',
    });
  });

  it.each(pairs)('placed on $on is found by each single filter on $by', async ({ origin, apiName }) => {
    const order = placedOn(origin);
    const { createdAt, ids } = await everything(apiName);
    const id = client.idOn(apiName, order.id);
    expect(ids).toContain(id);
    const status = statusOn(apiName, 'confirmed');
    const own = {
      [numberParameter[apiName]]: order.number,
      external_id: order.externalId,
      customer_id: client.customerOn(apiName, order),
    };
    for (const [parameter, value] of Object.entries(own)) {
      const only = new URLSearchParams({ [parameter]: value });
      const found = await listed(apiName, only);
      expect(found, parameter).toMatchObject([{ id, ...shown[apiName](order) }]);
      expect(await idsOf(apiName, { ...Object.fromEntries(only), status }), parameter).toEqual([id]);
      expect(await idsOf(apiName, { ...Object.fromEntries(only), status: 'cancelled' }), parameter).toEqual(
        [],
      );
    }
    const [prefix = '', digits = ''] = order.number.split('-');
    for (const spelling of [`${prefix.toLowerCase()}-${digits}`, ` ${order.number} `, digits]) {
      expect(await idsOf(apiName, { [numberParameter[apiName]]: spelling }), spelling).toEqual([id]);
    }
    expect(await idsOf(apiName, { [numberParameter[apiName]]: digits.slice(1) })).toEqual([]);
    const createdFrom = createdAt.get(id) ?? '';
    expect(await idsOf(apiName, { created_from: createdFrom, external_id: order.externalId })).toEqual([id]);
    expect(await idsOf(apiName, { created_before: createdFrom, external_id: order.externalId })).toEqual([]);
  });

  it.each(apiNames)(
    'placed on any has one invoice, the same on the Sales and the Orders API: %s',
    async (origin) => {
      const { id } = placedOn(origin);
      const { body: onSales } = await client.sales.get(`/invoices?order_id=${salesOrderId(id)}`);
      const { body: onOrders } = await client.get('orders', `/${id}/invoices`);
      const [invoice, ...more] = onSales['invoices'] as Record<string, unknown>[];
      expect(more).toEqual([]);
      expect(onOrders['invoices']).toMatchObject([
        { number: invoice?.['invoice_number'], status: invoice?.['status'], total_amount: money.total },
      ]);
      expect(invoice).toMatchObject({ total: money.total });
    },
  );

  async function listed(
    apiName: ApiName,
    query: URLSearchParams,
  ): Promise<readonly Record<string, unknown>[]> {
    const { status, body } = await client.get(apiName, `?${query.toString()}`);
    expect(status).toBe(200);
    return body['orders'] as Record<string, unknown>[];
  }
  const idsOf = async (apiName: ApiName, query: Readonly<Record<string, string>>) =>
    (await listed(apiName, new URLSearchParams(query))).map(({ id }) => id);
  async function everything(apiName: ApiName) {
    const orders = await listed(apiName, new URLSearchParams());
    return {
      ids: orders.map(({ id }) => id),
      createdAt: new Map(orders.map((order) => [order['id'], String(order['created_at'])])),
    };
  }

  /** Expects the same answer about an order from all three. The Commerce API shows a partial refund as captured. */
  async function expectEverywhere(order: ApiOrder, state: State, payment: string, more: object = {}) {
    for (const apiName of apiNames) {
      const { body } = await client.get(apiName, `/${client.idOn(apiName, order.id)}`);
      const isPart = apiName === 'commerce' && payment === 'partially_refunded';
      expect(body, `${state} on ${apiName}`).toMatchObject({
        ...shown[apiName](order),
        status: statusOn(apiName, state),
        payment_status: isPart ? 'captured' : payment,
        ...(apiName === 'orders' ? {} : more),
      });
    }
  }

  const paymentBeing = (id: string, status: string) =>
    eventually(`the payment of order ${id} being ${status}`, async () =>
      (await stack.api.getOrder(id)).body.payment_status === status ? true : undefined,
    );

  const tracking = { tracking_number: '1Z999AA10123456784' };

  /** The steps of an order's lifecycle that each API has. */
  const lives = {
    async orders(order: ApiOrder) {
      const { id } = order;
      const { body: parcel } = await client.changeOnOrders(id, '/fulfillments', {
        ...tracking,
        carrier: 'UPS',
      });
      await expectEverywhere(order, 'shipped', 'captured', tracking);
      await client.changeOnOrders(id, `/fulfillments/${String(parcel['id'])}/deliver`);
      await expectEverywhere(order, 'delivered', 'captured', tracking);
      const [item] = (await stack.api.getOrder(id)).body.items;
      const items = [{ item_id: item?.['id'], quantity: 1 }];
      const { body: back } = await client.changeOnOrders(id, '/returns', { items, reason: 'too bright' });
      const returnId = String(back['id']);
      await client.changeOnOrders(id, `/returns/${returnId}/approve`);
      await client.changeOnOrders(id, `/returns/${returnId}/receive`);
      await client.changeOnOrders(id, '/refunds', { return_id: returnId });
      await paymentBeing(id, 'partially_refunded');
      await expectEverywhere(order, 'delivered', 'partially_refunded');
      await client.changeOnOrders(id, '/close');
      await expectEverywhere(order, 'closed', 'partially_refunded');
    },
    async sales(order: ApiOrder) {
      await client.statusOnSales(order.id, { status: 'processing' });
      await expectEverywhere(order, 'processing', 'captured');
      await client.statusOnSales(order.id, { status: 'shipped', ...tracking, carrier: 'UPS' });
      await expectEverywhere(order, 'shipped', 'captured', tracking);
      await client.statusOnSales(order.id, { status: 'delivered' });
      await expectEverywhere(order, 'delivered', 'captured', tracking);
      await client.statusOnSales(order.id, { status: 'closed' });
      await expectEverywhere(order, 'closed', 'captured', tracking);
    },
  };

  const cancellations = {
    orders: (id: string, reason: string) => client.changeOnOrders(id, '/cancel', { reason }),
    sales: (id: string, reason: string) => client.statusOnSales(id, { status: 'cancelled', reason }),
  };

  it.each(drives)(
    'placed on $on is taken to its end by $by, as all three see',
    async ({ origin, apiName }) => {
      const order = await client.place(origin);
      await lives[apiName](order);
      const body = await stack.api.settledProof(order.id);
      expect(body).toMatchObject({ status: 'closed', balances: true, faults: [] });
    },
  );

  it.each(drives)('placed on $on is cancelled by $by, as all three see', async ({ origin, apiName }) => {
    const order = await client.place(origin);
    await cancellations[apiName](order.id, 'changed my mind');
    await expectEverywhere(order, 'cancelled', 'refunded');
    for (const reader of ['orders', 'sales'] as const) {
      const { body } = await client.get(reader, `/${client.idOn(reader, order.id)}`);
      expect(body).toMatchObject({
        cancellation_reason: 'cancellation_requested',
        cancellation_detail: 'changed my mind',
      });
    }
    for (const reader of apiNames) {
      expect(await idsOf(reader, { status: 'cancelled', external_id: order.externalId })).toEqual([
        client.idOn(reader, order.id),
      ]);
    }
  });

  it('leaves ledgers that balance', async () => {
    expect(await remainingImbalances(stack)).toEqual([]);
  });
});
