import { orderChangeUpdates, orderWorkflowId } from '@oms/contracts/temporal';
import { eventually } from '@oms/stack';
import {
  remainingImbalances,
  orderBody,
  orderBodyTotalMinor,
  orderItem,
  placeAsClientsDo,
  progressOf,
} from '@oms/testing';
import { useTestStack } from '@oms/testing/vitest';
import { tsToMs } from '@temporalio/common/lib/time.js';
import { describe, expect, it } from 'vitest';

/** The effects of time on orders, for a tenant with short limits. */
describe('an order that time changes', () => {
  const stack = useTestStack();

  const set = (column: 'return_window_seconds' | 'pending_limit_seconds', seconds: number) =>
    stack.database.prisma.$executeRawUnsafe(
      `INSERT INTO tenant_settings (tenant_id, ${column}) VALUES ('${stack.tenantId}', ${seconds})
       ON CONFLICT (tenant_id) DO UPDATE SET ${column} = ${seconds}`,
    );
  const handleOf = (id: string) => stack.temporal.workflow.getHandle(orderWorkflowId(id));
  const timersOf = async (id: string) => {
    const { events } = await handleOf(id).fetchHistory();
    return (events ?? []).flatMap((event) => event.timerStartedEventAttributes ?? []);
  };
  /** A task of the workflow begins a moment before its commands are kept. */
  const roundingMs = 5_000;

  async function delivered() {
    const reference = await stack.simulator.authorization(orderBodyTotalMinor);
    const { body } = await placeAsClientsDo(stack.api, orderBody({ payment_reference: reference }));
    const id = body.order_id;
    expect(await stack.orderReaching(id, ['confirmed', 'cancelled'])).toMatchObject({ status: 'confirmed' });
    await handleOf(id).executeUpdate(orderChangeUpdates.ship.name, { args: [{ startsProcessing: true }] });
    await handleOf(id).executeUpdate(orderChangeUpdates.deliver.name, { args: [] });
    return id;
  }

  it('keeps a delivered order open for 30 days by default, by a durable timer with a description', async () => {
    const id = await delivered();
    const [timer] = await eventually('the timer', async () => {
      const timers = await timersOf(id);
      return timers.length > 0 ? timers : undefined;
    });
    const seconds = Number(timer?.startToFireTimeout?.seconds ?? 0);
    expect(seconds).toBeGreaterThan(30 * 86_400 - 60);
    expect(seconds).toBeLessThanOrEqual(30 * 86_400);
    const { events } = await handleOf(id).fetchHistory();
    const started = events?.find((event) => event.timerStartedEventAttributes);
    expect(Buffer.from(started?.userMetadata?.summary?.data ?? []).toString()).toContain(
      'The return window ends',
    );
    expect((await stack.api.getOrder(id)).body.status).toBe('delivered');
  });

  it('closes a delivered order by itself after the tenant’s return window', async () => {
    await set('return_window_seconds', 2);
    const id = await delivered();
    expect(await stack.orderReaching(id, ['closed'])).toMatchObject({ status: 'closed' });
    const { body } = await stack.api.getEvents(id);
    expect(body.events.at(-1)).toMatchObject({
      type: 'order.closed',
      actor: { type: 'system', id: 'return-window' },
    });
    expect(await handleOf(id).result()).toMatchObject({ status: 'closed' });
  });

  it('does not close an order while a return is under way, and closes it when that is over', async () => {
    await set('return_window_seconds', 1);
    const reference = await stack.simulator.authorization(orderBodyTotalMinor);
    const { body } = await placeAsClientsDo(stack.api, orderBody({ payment_reference: reference }));
    const id = body.order_id;
    const { items } = await stack.orderReaching(id, ['confirmed']);
    const lines = [{ lineId: String(items[0]?.['id']), quantity: 1 }];
    const update = (name: string, request: object = {}) =>
      handleOf(id).executeUpdate<{ partId?: string }, [object]>(name, { args: [request] });
    const { ship, deliver, request_return: requestReturn, decide_return: decideReturn } = orderChangeUpdates;
    const { partId: shipmentId } = await update(ship.name, { startsProcessing: true, lines });
    await update(deliver.name, { shipmentId });
    const { partId: returnId } = await update(requestReturn.name, { lines });
    await update(ship.name);
    await update(deliver.name);
    expect(await stack.api.request('POST', `/api/v1/oms/orders/${id}/close`, {})).toMatchObject({
      status: 400,
      body: { error: 'a return of this order is still under way' },
    });
    const { step } = await progressOf(stack, id);
    expect(step).toContain('nothing is being returned');
    expect(await timersOf(id)).toEqual([]);
    await update(decideReturn.name, { returnId, isApproved: false });
    expect(await stack.orderReaching(id, ['closed'], 60_000)).toMatchObject({ status: 'closed' });
  });

  it("cancels and undoes an order that stays pending on a dead provider for longer than the tenant's limit", async () => {
    const limitMs = 8_000;
    await set('pending_limit_seconds', limitMs / 1_000);
    const level = await stack.stock(5);
    const reference = await stack.simulator.authorization(orderBodyTotalMinor);
    await stack.simulator.fault({
      operation: 'payment_intents.capture',
      kind: 'error_before',
      paymentIntent: reference,
    });
    const { body } = await placeAsClientsDo(
      stack.api,
      orderBody({ payment_reference: reference, items: [orderItem(level)] }),
    );
    const order = await stack.orderReaching(body.order_id, ['confirmed', 'cancelled'], 60_000);
    expect(order).toMatchObject({
      status: 'cancelled',
      payment_status: 'voided',
      cancellation_reason: 'pending_too_long',
    });
    expect(order.cancellation_detail).toContain('the payment is being captured');
    // It is not waited for any longer than that, whenever the next attempt would be.
    const limit = Date.parse(String(order['pending_at'])) + limitMs;
    const { events } = await handleOf(body.order_id).fetchHistory();
    const captures = (events ?? []).flatMap(
      ({ eventTime, activityTaskScheduledEventAttributes: activity }) =>
        activity?.activityType?.name === 'capturePayment'
          ? [tsToMs(eventTime) + tsToMs(activity.scheduleToCloseTimeout)]
          : [],
    );
    expect(captures.length).toBeGreaterThan(0);
    for (const endsMs of captures) expect(endsMs).toBeLessThanOrEqual(limit + roundingMs);
    expect(await remainingImbalances(stack)).toEqual([]);
    await set('pending_limit_seconds', 86_400);
  });

  it('retries at once when an operator asks, before the next attempt is due', async () => {
    const reference = await stack.simulator.authorization(orderBodyTotalMinor);
    await stack.simulator.fault({
      operation: 'payment_intents.retrieve',
      kind: 'error_before',
      paymentIntent: reference,
    });
    const { body } = await placeAsClientsDo(stack.api, orderBody({ payment_reference: reference }));
    const handle = handleOf(body.order_id);
    // The next attempt is ten seconds away or more.
    await eventually('the order waiting', async () => {
      const { waiting } = await progressOf(stack, body.order_id);
      return waiting?.since && Date.parse(waiting.next_attempt_at ?? '') - Date.now() > 8_000
        ? true
        : undefined;
    });
    const { body: status } = await stack.api.request('GET', `/api/v1/oms/orders/${body.order_id}/status`);
    const dayMs = 86_400_000;
    const { pending_at: since } = (await stack.api.getOrder(body.order_id)).body;
    expect(status).toMatchObject({
      status: 'pending',
      step: 'the payment is being authorised',
      waiting: {
        code: 'PaymentProviderUnavailable',
        unblocked_by: 'the payment provider answering again',
      },
      allowed: ['confirmed', 'cancelled'],
    });
    const { waiting } = await progressOf(stack, body.order_id);
    const givenUpAt = Date.parse(waiting?.given_up_at ?? '');
    expect(Math.abs(givenUpAt - Date.parse(String(since)) - dayMs)).toBeLessThan(roundingMs);
    const dueAt = Date.parse(waiting?.next_attempt_at ?? '');
    await stack.simulator.clearFaults();
    await handle.executeUpdate('retryNow', { args: [{ by: 'ada', reason: 'it is back' }] });
    await stack.orderReaching(body.order_id, ['confirmed']);
    expect((await stack.api.request('GET', `/api/v1/oms/orders/${body.order_id}/status`)).body).toMatchObject(
      { status: 'confirmed', waiting: null, allowed: ['processing', 'cancelled'] },
    );
    const events = (await handle.fetchHistory()).events ?? [];
    const started = events.findLast(
      ({ activityTaskStartedEventAttributes: activity }) => activity?.lastFailure,
    );
    expect(tsToMs(started?.eventTime)).toBeLessThan(dueAt);
  });
});
