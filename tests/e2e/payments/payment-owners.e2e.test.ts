import { randomUUID } from 'node:crypto';

import { eventually } from '@oms/stack';
import { changeAsClientsDo, remainingImbalances } from '@oms/testing';
import { patient, useStarted, useTestStack } from '@oms/testing/vitest';
import { describe, expect, it } from 'vitest';

import { apiNames } from '../orders/order-apis.js';
import {
  checkOut,
  providers,
  shopOf,
  toldOf,
  unknownReference,
  type PlacedOrder,
  type Shop,
} from './payment-owner-stage.js';

const waitsForNotice = (provider: string): boolean => provider === 'adyen';
const cases = providers.flatMap((provider) => apiNames.map((apiName) => ({ provider, apiName })));

describe('a payment of another tenant', () => {
  // Two requests of a race are held for longer than a payment worker would usually wait.
  const stack = useTestStack({ env: { ...patient, PAYMENT_TIMEOUT_MS: '25000' } });

  const hasty = useStarted({
    start: async () => ({
      url: await stack.startGateway({ CHANGE_TIMEOUT_MS: '2000', ALLOCATION_TIMEOUT_MS: '2000' }),
    }),
  });

  /** Compares, at every stage, a shop's answers about an order with this reference and about one without a payment. */
  async function expectNoOracle(shop: Shop, order: PlacedOrder, unknown: PlacedOrder, provider: string) {
    if (waitsForNotice(provider)) {
      await Promise.all([shop.waiting(order), shop.waiting(unknown)]);
      expect(await toldOf(shop, order)).toBe(await toldOf(shop, unknown));
      for (const { id } of [order, unknown]) {
        await changeAsClientsDo(shop.api, `/api/v1/oms/orders/${id}/cancel`);
      }
    }
    const ended = await shop.ended(order);
    expect(ended).toMatchObject({
      status: 'cancelled',
      cancellation_reason: waitsForNotice(provider)
        ? 'cancellation_requested'
        : 'payment_reference_not_found',
    });
    await shop.ended(unknown);
    expect(await toldOf(shop, order)).toBe(await toldOf(shop, unknown));
  }

  it.each(cases)(
    'on $provider, by $apiName: looks like an unknown reference, before and after its own order, and pays that order once',
    async ({ provider, apiName }) => {
      // The answer to an order that waits comes when the gateway waits no longer.
      const url = waitsForNotice(provider) ? hasty.url : stack.gatewayUrl;
      const [owner, thief] = [await shopOf(stack, undefined, url), await shopOf(stack, undefined, url)];
      const reference = await checkOut(stack, provider, owner.scope);
      const early = await thief.place(apiName, provider, reference);
      const unknown = await thief.place(apiName, provider, unknownReference(provider));
      await expectNoOracle(thief, early, unknown, provider);
      const paid = await owner.place(apiName, provider, reference);
      expect(await owner.ended(paid)).toMatchObject({ status: 'confirmed', payment_status: 'captured' });
      const late = await thief.place(apiName, provider, reference);
      const another = await thief.place(apiName, provider, unknownReference(provider));
      await expectNoOracle(thief, late, another, provider);
      expect(await owner.ended(paid)).toMatchObject({ status: 'confirmed', payment_status: 'captured' });
      expect(await stack.simulator.operationsOn(reference)).toEqual(['authorize', 'capture']);
    },
  );

  it.each(providers)(
    'on %s, of another organisation of the tenant, is not found either',
    async (provider) => {
      const owner = await shopOf(stack);
      const sister = await shopOf(stack, { ...owner.scope, orgId: randomUUID() });
      const reference = await checkOut(stack, provider, owner.scope);
      const order = await sister.place('orders', provider, reference);
      const unknown = await sister.place('orders', provider, unknownReference(provider));
      await expectNoOracle(sister, order, unknown, provider);
      expect(await stack.simulator.operationsOn(reference)).toEqual(['authorize']);
    },
  );

  it.each(providers)(
    'on %s, without an owner and already paying for an order, is not found',
    async (provider) => {
      const [owner, thief] = [await shopOf(stack), await shopOf(stack)];
      const reference = await checkOut(stack, provider);
      const paid = await owner.place('orders', provider, reference);
      expect(await owner.ended(paid)).toMatchObject({ status: 'confirmed' });
      const order = await thief.place('orders', provider, reference);
      const unknown = await thief.place('orders', provider, unknownReference(provider));
      await expectNoOracle(thief, order, unknown, provider);
      expect(await stack.simulator.operationsOn(reference)).toEqual(['authorize', 'capture']);
      const second = await owner.place('orders', provider, reference);
      expect(await owner.ended(second)).toMatchObject({
        status: 'cancelled',
        cancellation_reason: 'payment_reference_in_use',
      });
    },
  );

  it('that both tenants claim at the same moment pays for one of their orders; for the other it does not exist', async () => {
    const shops = [await shopOf(stack), await shopOf(stack)];
    const reference = await checkOut(stack, 'stripe');
    await stack.simulator.fault({
      ...{ operation: 'payment_intents.retrieve', kind: 'hang_before', paymentIntent: reference, times: 2 },
    });
    const orders = await Promise.all(shops.map((shop) => shop.place('orders', 'stripe', reference)));
    await eventually('both being asked for at the provider', async () =>
      (await stack.simulator.held()) === 2 ? true : undefined,
    );
    await stack.simulator.clearFaults(reference);
    const ended = await Promise.all(
      shops.map(async (shop, index) => shop.ended(orders[index] ?? { id: '' })),
    );
    expect(ended.map(({ status }) => status).sort()).toEqual(['cancelled', 'confirmed']);
    const loser = ended.findIndex(({ status }) => status === 'cancelled');
    const [shop, order] = [shops[loser], orders[loser]];
    if (!shop || !order) throw new Error('one of the two was cancelled');
    const unknown = await shop.place('orders', 'stripe', unknownReference('stripe'));
    await expectNoOracle(shop, order, unknown, 'stripe');
    expect(await stack.simulator.operationsOn(reference)).toEqual(['authorize', 'capture']);
  });

  it('on Adyen is waited for until the pending limit, like an unknown one', async () => {
    const [owner, thief] = [await shopOf(stack), await shopOf(stack)];
    const { tenantId } = thief.scope;
    // The API allows a minute at least.
    await stack.database.prisma.tenantSettings.create({ data: { tenantId, pendingLimitSeconds: 3 } });
    const reference = await checkOut(stack, 'adyen', owner.scope);
    const order = await thief.place('orders', 'adyen', reference);
    const unknown = await thief.place('orders', 'adyen', unknownReference('adyen'));
    expect(await thief.ended(order)).toMatchObject({ status: 'cancelled', payment_status: 'pending' });
    await thief.ended(unknown);
    expect(await toldOf(thief, order)).toBe(await toldOf(thief, unknown));
    expect(await stack.simulator.operationsOn(reference)).toEqual(['authorize']);
  });

  it('on Adyen does not wake another tenant’s waiting order, but does wake its own', async () => {
    const [owner, thief] = [await shopOf(stack), await shopOf(stack)];
    await stack.simulator.fault({
      ...{ operation: 'webhooks.AUTHORISATION', kind: 'delay', delayMs: 600_000, times: 1 },
    });
    const reference = await checkOut(stack, 'adyen', owner.scope);
    const [order, paid] = [
      await thief.place('orders', 'adyen', reference),
      await owner.place('orders', 'adyen', reference),
    ];
    await Promise.all([thief.waiting(order), owner.waiting(paid)]);
    await stack.simulator.call('POST', '/adyen/webhooks/flush');
    expect(await owner.ended(paid)).toMatchObject({ status: 'confirmed' });
    const { events } = await stack.temporal.workflow.getHandle(`order-${order.id}`).fetchHistory();
    expect((events ?? []).filter((event) => event.workflowExecutionSignaledEventAttributes)).toEqual([]);
    await changeAsClientsDo(thief.api, `/api/v1/oms/orders/${order.id}/cancel`);
    await thief.ended(order);
  });

  it('is named only to the operator, with the reason', async () => {
    const [owner, thief] = [await shopOf(stack), await shopOf(stack)];
    const cases = [
      ['another_tenant', await checkOut(stack, 'stripe', owner.scope)],
      ['another_organisation', await checkOut(stack, 'stripe', { ...thief.scope, orgId: randomUUID() })],
      ['unreadable', await checkOut(stack, 'stripe', { tenantId: 'shop', orgId: 'shop' })],
    ] as const;
    for (const [objection, reference] of cases) {
      const order = await thief.place('orders', 'stripe', reference);
      expect(await thief.ended(order)).toMatchObject({ cancellation_reason: 'payment_reference_not_found' });
      const lines = (await stack.printedBy('payment-worker')).split('\n');
      const said = lines.find((line) => line.includes(order.id) && line.includes('"objection"')) ?? '{}';
      expect(JSON.parse(said)).toMatchObject({ objection, orderId: order.id, provider: 'stripe' });
      expect(said).not.toContain(reference);
    }
  });

  describe('where a tenant requires every payment to name it', () => {
    const require = async (shop: Shop, wanted: boolean) => {
      const body = { payments_require_metadata: wanted };
      expect(await changeAsClientsDo(shop.api, '/api/v1/oms/settings', body, 'PATCH')).toMatchObject({
        body: { ...body },
      });
    };

    it.each(providers)('on %s, one without an owner looks like an unknown one', async (provider) => {
      const shop = await shopOf(stack);
      await require(shop, true);
      const reference = await checkOut(stack, provider);
      const order = await shop.place('orders', provider, reference);
      const unknown = await shop.place('orders', provider, unknownReference(provider));
      await expectNoOracle(shop, order, unknown, provider);
      const named = await shop.place('orders', provider, await checkOut(stack, provider, shop.scope));
      expect(await shop.ended(named)).toMatchObject({ status: 'confirmed', payment_status: 'captured' });
      await require(shop, false);
      const again = await shop.place('orders', provider, reference);
      expect(await shop.ended(again)).toMatchObject({ status: 'confirmed', payment_status: 'captured' });
    });

    it('orders follow the setting at the time of their recording', async () => {
      const shop = await shopOf(stack);
      const drafted = async () => shop.draft('stripe', await checkOut(stack, 'stripe'));
      const confirm = async ({ id, salesId }: Awaited<ReturnType<typeof drafted>>) => {
        await shop.confirm(salesId);
        return shop.ended({ id });
      };
      const before = await drafted();
      await require(shop, true);
      const after = await drafted();
      expect(await confirm(before)).toMatchObject({ status: 'confirmed' });
      await require(shop, false);
      expect(await confirm(after)).toMatchObject({
        status: 'cancelled',
        cancellation_reason: 'payment_reference_not_found',
      });
    });
  });

  it('leaves ledgers that balance', async () => {
    expect(await remainingImbalances(stack)).toEqual([]);
  });
});
