import { eventually } from '@oms/stack';
import {
  changeAsClientsDo,
  confirmedOrder,
  remainingImbalances,
  payableOrder,
  placeAsClientsDo,
} from '@oms/testing';
import { patient, useTemporal, useTestStack } from '@oms/testing/vitest';
import { describe, expect, it } from 'vitest';

const minuteSeconds = 60;
const hourSeconds = 60 * minuteSeconds;
const daySeconds = 24 * hourSeconds;

/**
 * The effects of days on orders, with a tenant's default times. Stops the real server and starts it again on its data
 * with its clock moved forward, so that all timers until then fire.
 */
describe('days later', () => {
  const temporal = useTemporal({ isDurable: true });
  const stack = useTestStack({ temporal, env: patient });

  /** @returns whether the server's clock went along */
  async function goAhead(aheadSeconds: number): Promise<boolean> {
    await temporal.stop();
    await temporal.start({ aheadSeconds });
    const options = { taskQueue: 'nobody', workflowId: `probe-${aheadSeconds}` };
    const probe = await stack.temporal.workflow.start('probe', options);
    const { startTime } = await probe.describe();
    await probe.terminate();
    return startTime.getTime() - Date.now() > (aheadSeconds - minuteSeconds) * 1_000;
  }

  const pathOf = (id: string) => `/api/v1/oms/orders/${id}`;
  const change = (id: string, what: string, body: object = {}) =>
    changeAsClientsDo(stack.api, `${pathOf(id)}/${what}`, body);
  const flagsOf = async (id: string) => (await stack.api.getOrder(id)).body['flags'];
  const lastEventOf = async (id: string) => (await stack.api.getEvents(id)).body.events.at(-1);

  async function delivered() {
    const { id } = await confirmedOrder(stack);
    const { body } = await change(id, 'fulfillments', { tracking_number: 'T-1', carrier: 'DHL' });
    await change(id, `fulfillments/${String(body['id'])}/deliver`);
    await stack.orderReaching(id, ['delivered']);
    return id;
  }

  /** A delivered order with an approved return of each of its units. */
  async function returning() {
    const id = await delivered();
    const { body: order } = await stack.api.getOrder(id);
    const ask = async () => {
      const items = [{ item_id: String(order.items[0]?.['id']), quantity: 1 }];
      const { body } = await change(id, 'returns', { items });
      await change(id, `returns/${String(body['id'])}/approve`);
      return String(body['id']);
    };
    return { id, lost: await ask(), came: await ask() };
  }

  const returnsOf = async (id: string) => {
    const { body } = await stack.api.request('GET', `${pathOf(id)}/returns`);
    return (body['returns'] as { status: string }[]).map(({ status }) => status);
  };

  /** A confirmed order whose payment is captured when it ships. */
  async function unshipped() {
    const { body } = await payableOrder(stack);
    const { order_id: id } = (await placeAsClientsDo(stack.api, { ...body, capture_policy: 'at_shipment' }))
      .body;
    await stack.orderReaching(id, ['confirmed']);
    return id;
  }

  async function waitingForProvider() {
    const { reference, body } = await payableOrder(stack);
    const operation = 'payment_intents.capture';
    await stack.simulator.fault({ operation, kind: 'error_before', paymentIntent: reference });
    const { order_id: id } = (await placeAsClientsDo(stack.api, body)).body;
    await untilTriedAgain(id);
    return id;
  }

  /** Waits for the next attempt of a step: the last thing that is due after a restart of the server. */
  async function untilTriedAgain(id: string) {
    const attemptsOf = async () => {
      const { body } = await stack.api.request('GET', `${pathOf(id)}/status`);
      return (body as { readonly waiting: { readonly attempts: number } | null }).waiting?.attempts ?? 0;
    };
    const before = await attemptsOf();
    await eventually(
      `order ${id} having tried again`,
      async () => ((await attemptsOf()) > before ? true : undefined),
      // A step may just have been tried: the next attempt comes after the longest pause, of a minute.
      { timeoutMs: 120_000 },
    );
  }

  it('orders are cancelled, flagged and closed on their day, and not before', async ({ skip }) => {
    const returnable = await delivered();
    const hopeless = await waitingForProvider();
    const settings = { pending_limit_seconds: 10 * daySeconds, return_expiry_days: 14 };
    expect(await stack.api.request('PATCH', '/api/v1/oms/settings', settings)).toMatchObject({ status: 200 });
    const lapsing = await waitingForProvider();
    const held = await unshipped();
    await stack.api.request('PATCH', '/api/v1/oms/settings', { lapsing_authorizations: 'capture' });
    const taken = await unshipped();
    const { id: expiring, came } = await returning();

    const isAhead = await goAhead(23 * hourSeconds);
    if (!isAhead) process.stdout.write('SKIPPED: this Temporal has no clock that can be set ahead\n');
    skip(!isAhead);
    await untilTriedAgain(hopeless);
    expect(await stack.api.getOrder(hopeless)).toMatchObject({ body: { status: 'pending' } });

    // 24 hours on a dead provider: given up.
    await goAhead(daySeconds + minuteSeconds);
    expect(await stack.orderReaching(hopeless, ['cancelled'], 120_000)).toMatchObject({
      cancellation_reason: 'pending_too_long',
      payment_status: 'voided',
    });
    await untilTriedAgain(lapsing);
    expect(await flagsOf(lapsing)).toEqual([]);
    expect(await flagsOf(held)).toEqual([]);
    expect(await stack.api.getOrder(taken)).toMatchObject({ body: { payment_status: 'authorized' } });

    // Stripe holds an authorisation for 7 days: told a day before.
    await goAhead(6 * daySeconds + minuteSeconds);
    await eventually('the flag', async () => ((await flagsOf(lapsing)) as string[])[0]);
    expect(await flagsOf(lapsing)).toEqual(['authorization_expiring']);
    expect(await stack.api.getOrder(lapsing)).toMatchObject({ body: { status: 'pending' } });
    await eventually('the flag of the order that has not shipped', async () =>
      ((await flagsOf(held)) as string[]).includes('authorization_expiring') ? true : undefined,
    );
    await eventually('the capture of the order that has not shipped', async () =>
      (await stack.api.getOrder(taken)).body.payment_status === 'captured' ? true : undefined,
    );

    // Returns expire a fortnight after their approval, except for one that has come.
    expect(await returnsOf(expiring)).toEqual(['approved', 'approved']);
    await change(expiring, `returns/${came}/receive`);
    await goAhead(14 * daySeconds + minuteSeconds);
    await eventually('the expiry', async () =>
      (await returnsOf(expiring)).includes('expired') ? true : undefined,
    );
    expect(await returnsOf(expiring)).toEqual(['expired', 'received']);
    expect(await lastEventOf(expiring)).toMatchObject({
      type: 'return.expired',
      actor: { type: 'system', id: 'return-expiry' },
    });
    expect(await stack.api.getOrder(expiring)).toMatchObject({ body: { status: 'delivered' } });

    // An hour before 30 days have passed: Temporal ends the step of the other one at its tenant's own limit.
    await goAhead(30 * daySeconds - hourSeconds);
    expect(await stack.orderReaching(lapsing, ['cancelled'], 120_000)).toMatchObject({
      payment_status: 'voided',
    });
    expect(await stack.api.getOrder(returnable)).toMatchObject({ body: { status: 'delivered' } });

    await goAhead(30 * daySeconds + minuteSeconds);
    await stack.orderReaching(returnable, ['closed']);
    await stack.orderReaching(expiring, ['closed']);
    expect(await lastEventOf(returnable)).toMatchObject({
      type: 'order.closed',
      actor: { type: 'system', id: 'return-window' },
    });
    expect(await remainingImbalances(stack)).toEqual([]);
  }, 400_000);
});
