import { randomUUID } from 'node:crypto';

import { commerceOrderId, IdPrefix, orderIdOfSales, typeIdOf } from '@oms/contracts/http';
import type { PaymentProviderName, TenantScope } from '@oms/domain';
import { eventually } from '@oms/stack';
import {
  commerceOrderBody,
  createCommerceClient,
  createSalesClient,
  orderBody,
  orderItem,
  type OrderBody,
  type SalesClient,
  type StackClient,
} from '@oms/testing';

import type { ApiName } from '../orders/order-apis.js';

/** The total of every order here: 100.00 USD. */
const totalMinor = 10_000;

export const providers = ['stripe', 'adyen', 'paypal'] as const satisfies readonly PaymentProviderName[];

/**
 * Pays at a provider as a checkout does.
 *
 * @param owner the owner that the checkout writes into the payment
 */
export function checkOut(
  { simulator }: StackClient,
  provider: PaymentProviderName,
  owner?: TenantScope,
): Promise<string> {
  const text = owner && `oms.${owner.tenantId}.${owner.orgId}`;
  switch (provider) {
    case 'stripe':
      return simulator.authorization(totalMinor, {
        ...(owner && { metadata: { tenant_id: owner.tenantId, org_id: owner.orgId } }),
      });
    case 'adyen':
      return simulator.adyenPayment(totalMinor, { ...(text && { merchantReference: text }) });
    case 'paypal':
      return simulator.paypalAuthorization(totalMinor, { ...(text && { customId: text }) });
  }
}

/** A reference of the provider's form that it does not know. */
export function unknownReference(provider: PaymentProviderName): string {
  const hex = randomUUID().replaceAll('-', '').toUpperCase();
  return { stripe: `pi_${hex}`, adyen: hex.slice(0, 16), paypal: `A${hex.slice(0, 16)}` }[provider];
}

export interface PlacedOrder {
  readonly id: string;
  readonly reference: string;
  /** The answer to the placing, and the order on the API that it was placed on. */
  readonly answers: () => Promise<readonly unknown[]>;
}

/** An organisation of a tenant, as its shop uses the three APIs of a gateway. */
export async function shopOf(stack: StackClient, scope = newScope(), gatewayUrl = stack.gatewayUrl) {
  const token = stack.token(scope);
  const api = stack.apiAs(scope);
  const [products, sales] = [stack.gatewayUrl, gatewayUrl].map((baseUrl) =>
    createSalesClient({ baseUrl, token }),
  ) as [SalesClient, SalesClient];
  const commerce = await createCommerceClient({ ...stack, ...scope, api, gatewayUrl });

  const draft = async (provider: PaymentProviderName, reference: string) => {
    const line = { product_id: await products.product(1), quantity: 1, unit_price: '100.00' };
    const answer = await sales.post('/orders', {
      customer_id: typeIdOf(IdPrefix.Customer, randomUUID()),
      ...{ currency: 'USD', line_items: [line], ...paidBy(provider, reference) },
    });
    return {
      answer,
      salesId: String(answer.body['id']),
      id: String(orderIdOfSales(String(answer.body['id']))),
    };
  };
  const confirm = (salesId: string) => sales.status(salesId, { status: 'confirmed' }, randomUUID());

  const placeOn = {
    async orders(provider: PaymentProviderName, reference: string) {
      const items = [orderItem({ quantity: 1, unit_price: '100.00' })];
      const { status, body } = await api.placeOrder(orderBody({ ...paidBy(provider, reference), items }));
      return { id: body.order_id, answers: () => Promise.resolve([status, body]) };
    },
    async sales(provider: PaymentProviderName, reference: string) {
      const { answer, id, salesId } = await draft(provider, reference);
      const confirmed = await confirm(salesId);
      const answers = [answer.status, answer.body, confirmed.status, confirmed.body];
      return { id, answers: async () => [...answers, (await sales.get(`/orders/${salesId}`)).body] };
    },
    async commerce(provider: PaymentProviderName, reference: string) {
      const { sku } = await commerce.stocked(1);
      const items = [{ sku, quantity: 1, unit_price: '100.00' }];
      const external_id = randomUUID();
      const body = commerceOrderBody(sku, { ...paidBy(provider, reference), items, external_id });
      const placed = await commerce.post(body);
      // An order that was cancelled at once is not named by the answer.
      const id = await eventually('the order being listed', async () => {
        const listed = await api.listOrders(`?external_id=${external_id}`);
        return listed.body.orders[0]?.id;
      });
      return {
        id,
        answers: async () => [placed.status, placed.body, (await commerce.get(commerceOrderId(id))).body],
      };
    },
  } as const satisfies Record<ApiName, unknown>;

  const reaching = (id: string, what: string, is: (order: OrderBody) => boolean): Promise<OrderBody> =>
    eventually(`order ${id} ${what}`, async () => {
      const { body } = await api.getOrder(id);
      if (is(body)) return body;
      throw new Error(`it is ${JSON.stringify(body)}`);
    });
  return {
    ...{ scope, api, draft, confirm },
    place: async (
      apiName: ApiName,
      provider: PaymentProviderName,
      reference: string,
    ): Promise<PlacedOrder> => ({
      reference,
      ...(await placeOn[apiName](provider, reference)),
    }),
    ended: ({ id }: Pick<PlacedOrder, 'id'>) =>
      reaching(id, 'being confirmed or cancelled', ({ status }) =>
        ['confirmed', 'cancelled'].includes(status),
      ),
    /** Until the order waits for its payment. */
    waiting: ({ id }: PlacedOrder) =>
      eventually(`order ${id} waiting for its payment`, async () => {
        const { status, body } = await api.request('GET', `/api/v1/oms/orders/${id}/status`);
        const waiting = body['waiting'] as { readonly since: string | null } | null;
        return status === 200 && waiting?.since ? body : undefined;
      }),
  };
}
export type Shop = Awaited<ReturnType<typeof shopOf>>;

const paidBy = (payment_provider: PaymentProviderName, payment_reference: string) => ({
  payment_provider,
  payment_reference,
});

const newScope = (): TenantScope => ({ tenantId: randomUUID(), orgId: randomUUID() });

/** The events of an order, by type: its payment is authorised and its stock reserved at the same time. */
function inOneOrder(body: Readonly<Record<string, unknown>>) {
  const events = body['events'] as readonly { readonly type: string; readonly sequence: number }[];
  const unnumbered = events.map(({ sequence: _, ...event }) => event);
  return { ...body, events: unnumbered.sort((one, other) => one.type.localeCompare(other.type)) };
}

/** All answers to a shop about its order, without ids, numbers and times, which always differ. */
export async function toldOf({ api }: Shop, { id, reference, answers }: PlacedOrder): Promise<string> {
  const paths = ['', '/events', '/status', '/proof', '/invoice', '/fulfillments', '/returns', '/refunds'];
  const statement = {
    ...{ outcome: 'captured', amount: '100.00', provider_object_id: 'x', evidence: 'seen', by: 'ada' },
    reason: 'seen in the dashboard',
  };
  const told: unknown[] = [await answers()];
  for (const path of paths) {
    const { status, body } = await api.request('GET', `/api/v1/oms/orders/${id}${path}`);
    told.push([path, status, path === '/events' ? inOneOrder(body) : body]);
  }
  const stated = await api.request('POST', `/api/v1/oms/orders/${id}/operations/resolve-payment`, statement, {
    'idempotency-key': randomUUID(),
  });
  told.push(['resolve-payment', stated.status, stated.body]);
  return JSON.stringify(told, null, 1)
    .replaceAll(reference, '<reference>')
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<uuid>')
    .replaceAll(/"[a-z]+_[0-9a-hjkmnp-tv-z]{26}"/g, '"<typeid>"')
    .replaceAll(/(ord|prod|var|cust|line|item)_\w{10,}/g, '<typeid>')
    .replaceAll(/ORD-\d+/g, '<number>')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '<time>')
    .replaceAll(/SKU-<uuid>|LAMP-<uuid>/g, '<sku>')
    .replaceAll(/"attempts": \d+/g, '"attempts": <attempts>');
}
