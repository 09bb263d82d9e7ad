import { eventually } from '@oms/stack';
import {
  changeAsClientsDo,
  remainingImbalances,
  orderBody,
  orderBodyTotalMinor,
  orderItem,
  placeAsClientsDo,
} from '@oms/testing';
import { useTestStack } from '@oms/testing/vitest';
import { beforeAll, describe, expect, it } from 'vitest';

describe('refunds at the provider', () => {
  const stack = useTestStack({ env: { WEBHOOK_RETRY_MS: '500' } });

  beforeAll(async () => {
    // Every webhook is delivered three times.
    await stack.simulator.fault({ operation: 'webhooks', kind: 'duplicate', copies: 2 });
  });

  async function confirmed(provider: 'stripe' | 'adyen') {
    const reference =
      provider === 'stripe'
        ? await stack.simulator.authorization(orderBodyTotalMinor)
        : await stack.simulator.adyenPayment(orderBodyTotalMinor);
    const items = [orderItem(await stack.stock(10))];
    const { body } = await placeAsClientsDo(
      stack.api,
      orderBody({ payment_provider: provider, payment_reference: reference, items }),
    );
    await stack.orderReaching(body.order_id, ['confirmed']);
    return { id: body.order_id, reference };
  }

  const order = async (id: string) => (await stack.api.getOrder(id)).body;
  const change = (id: string, path: string, body?: object) =>
    changeAsClientsDo(stack.api, `/api/v1/oms/orders/${id}${path}`, body);

  const paymentBeing = (id: string, status: string, flags: readonly string[] = []) =>
    eventually(`the payment of ${id} being ${status} with ${flags.join() || 'no flags'}`, async () => {
      const body = await order(id);
      return body.payment_status === status && JSON.stringify(body['flags']) === JSON.stringify(flags)
        ? body
        : undefined;
    });

  const countOf = async (id: string, type: string) =>
    (await stack.api.getEvents(id)).body.events.filter((event) => event.type === type).length;

  it('a refund in the dashboard is recorded once and reduces the money that is left to refund', async () => {
    const { id, reference } = await confirmed('stripe');
    await stack.simulator.refundByHand(reference, 5_000);
    await paymentBeing(id, 'partially_refunded');
    expect(await countOf(id, 'payment.refunded_elsewhere')).toBe(1);
    const tooMuch = await stack.api.request('POST', `/api/v1/oms/orders/${id}/refunds`, {
      amount: orderBodyTotalMinor / 100,
    });
    expect(tooMuch.status).toBeGreaterThanOrEqual(400);
    await change(id, '/refunds', { all: true });
    await paymentBeing(id, 'refunded');
    expect(await countOf(id, 'payment.refunded')).toBe(1);
    expect(await countOf(id, 'payment.refunded_elsewhere')).toBe(1);
  });

  it('a refund in the dashboard is listed and credited, and its failure days later takes that back', async () => {
    const { id, reference } = await confirmed('stripe');
    const part = async (path: string) =>
      (await stack.api.request('GET', `/api/v1/oms/orders/${id}${path}`)).body;
    await stack.simulator.refundByHand(reference, 5_000);
    await paymentBeing(id, 'partially_refunded');
    const [made] = await stack.simulator.stripeRefunds(reference);
    const { refunds } = (await part('/refunds')) as { refunds: { id: string }[] };
    expect(refunds).toMatchObject([
      { status: 'succeeded', amount: '50.00', items: [], provider_refund_id: made?.id },
    ]);
    const refundId = refunds[0]?.id;
    expect(await part('/invoices')).toMatchObject({
      invoices: [
        {
          ...{ status: 'paid', credited_amount: '50.00' },
          credit_notes: [{ reason: 'refund', refund_id: refundId, amount: '50.00' }],
        },
      ],
    });
    // 179.98 − 50.00.
    expect(await stack.api.settledProof(id)).toMatchObject({
      ...{ balances: true, faults: [], money: { kept: '129.98' }, invoice: { credited: '50.00' } },
    });
    await stack.simulator.call('POST', `/refunds/${made?.id ?? ''}/complete`, { outcome: 'failed' });
    await paymentBeing(id, 'captured', ['refund_failed']);
    expect(await part('/refunds')).toMatchObject({ refunds: [{ id: refundId, status: 'failed' }] });
    expect(await part('/invoices')).toMatchObject({
      invoices: [
        {
          credited_amount: '0.00',
          credit_notes: [
            { reason: 'refund', amount: '50.00' },
            { reason: 'refund_failed', refund_id: refundId, amount: '-50.00' },
          ],
        },
      ],
    });
    expect(await stack.api.settledProof(id)).toMatchObject({
      ...{ balances: true, faults: [], money: { kept: '179.98' }, invoice: { credited: '0.00' } },
    });
  });

  it('a cancellation after a refund in the dashboard refunds only the rest', async () => {
    const { id, reference } = await confirmed('stripe');
    await stack.simulator.refundByHand(reference, 5_000);
    await change(id, '/cancel');
    await stack.orderReaching(id, ['cancelled']);
    await paymentBeing(id, 'refunded');
    expect(await countOf(id, 'payment.refunded_elsewhere')).toBe(1);
  });

  it('a refund that fails at Stripe days later is owed again until a new refund replaces it', async () => {
    const { id, reference } = await confirmed('stripe');
    await change(id, '/refunds', { all: true });
    // Nothing is left to ship, so the order is cancelled. Until it is, no other refund is taken.
    await stack.orderReaching(id, ['cancelled']);
    await paymentBeing(id, 'refunded');
    const [made] = await stack.simulator.stripeRefunds(reference);
    await stack.simulator.call('POST', `/refunds/${made?.id ?? ''}/complete`, { outcome: 'failed' });
    await paymentBeing(id, 'captured', ['refund_failed']);
    expect(await countOf(id, 'payment.refund_failed')).toBe(1);
    await change(id, '/refunds', { all: true });
    await paymentBeing(id, 'refunded');
    expect(await countOf(id, 'payment.refund_failed')).toBe(1);
  });

  it('a refund of a cancelled order that fails at Adyen days later is owed again', async () => {
    const { id, reference } = await confirmed('adyen');
    await change(id, '/cancel');
    await stack.orderReaching(id, ['cancelled']);
    await paymentBeing(id, 'refunded');
    const made = (await stack.simulator.adyenModifications(reference)).find(({ kind }) => kind === 'refund');
    await stack.simulator.call('POST', `/adyen/modifications/${made?.id ?? ''}/complete`, {
      outcome: 'failed',
    });
    await paymentBeing(id, 'captured', ['refund_failed']);
  });

  it('a notification that concerns no order is kept, and starts no workflow', async () => {
    const reference = await stack.simulator.adyenPayment(orderBodyTotalMinor);
    const isKept = async () =>
      (await stack.database.prisma.paymentNotification.count({ where: { reference } })) === 1 || undefined;
    await eventually('the authorisation being kept', isKept);
    const types = new Set<string>();
    for await (const { type } of stack.temporal.workflow.list()) types.add(type);
    expect([...types]).toEqual(['orderWorkflow']);
  });

  it('all ledgers balance with the provider', async () => {
    expect(await remainingImbalances(stack)).toEqual([]);
  });
});
