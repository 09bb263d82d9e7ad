import { orderWorkflowId } from '@oms/contracts/temporal';
import { eventually } from '@oms/stack';
import { remainingImbalances, payableOrder, placeAsClientsDo, progressOf } from '@oms/testing';
import { useTestStack } from '@oms/testing/vitest';
import { describe, expect, it } from 'vitest';

/** The faults of a call to the provider: before or after its effect. */
const faults = [
  'error_before',
  'error_after',
  'hang_before',
  'hang_after',
  'reset_before',
  'reset_after',
  'rate_limit',
  'slow',
] as const;

describe('a fault of the payment provider', () => {
  const stack = useTestStack({ env: { PAYMENT_TIMEOUT_MS: '1000' } });

  it.concurrent.each(faults)('captures once when the capture meets %s, twice in a row', async (kind) => {
    const { reference, body } = await payableOrder(stack);
    await stack.simulator.fault({
      operation: 'payment_intents.capture',
      kind,
      times: 2,
      delayMs: 300,
      paymentIntent: reference,
    });
    const placed = await placeAsClientsDo(stack.api, body);
    const order = await stack.orderReaching(placed.body.order_id, ['confirmed', 'cancelled']);
    expect(order).toMatchObject({ status: 'confirmed', payment_status: 'captured' });
    expect(await stack.simulator.operationsOn(reference)).toEqual(['authorize', 'capture']);
  });

  it.concurrent.each(faults)('authorises when reading the payment meets %s', async (kind) => {
    const { reference, body } = await payableOrder(stack);
    await stack.simulator.fault({
      operation: 'payment_intents.retrieve',
      kind,
      times: 1,
      delayMs: 300,
      paymentIntent: reference,
    });
    const placed = await placeAsClientsDo(stack.api, body);
    expect(await stack.orderReaching(placed.body.order_id, ['confirmed', 'cancelled'])).toMatchObject({
      status: 'confirmed',
    });
  });

  it.concurrent.each(faults)('releases the money once when the void meets %s', async (kind) => {
    const { reference, body } = await payableOrder(stack, 1);
    await stack.simulator.fault({
      operation: 'payment_intents.cancel',
      kind,
      times: 1,
      delayMs: 300,
      paymentIntent: reference,
    });
    const placed = await placeAsClientsDo(stack.api, body);
    expect(await stack.orderReaching(placed.body.order_id, ['confirmed', 'cancelled'])).toMatchObject({
      status: 'cancelled',
      cancellation_reason: 'out_of_stock',
      payment_status: 'voided',
    });
    expect(await stack.simulator.operationsOn(reference)).toEqual(['authorize', 'void']);
  });

  it.concurrent('refunds a capture whose answer was lost when the order is cancelled meanwhile', async () => {
    const { reference, body } = await payableOrder(stack);
    await stack.simulator.fault({
      operation: 'payment_intents.capture',
      kind: 'hang_after',
      times: 1,
      paymentIntent: reference,
    });
    const placed = await placeAsClientsDo(stack.api, body);
    await eventually('the capture hanging', async () =>
      (await stack.simulator.hasFired(reference)) ? true : undefined,
    );
    await stack.temporal.workflow.getHandle(orderWorkflowId(placed.body.order_id)).cancel();
    // On a slow machine it may have been confirmed by then.
    const order = await stack.orderReaching(placed.body.order_id, ['cancelled']);
    expect(order).toMatchObject({
      status: 'cancelled',
      cancellation_reason: 'cancellation_requested',
      payment_status: 'refunded',
    });
    expect(await stack.simulator.operationsOn(reference)).toEqual(['authorize', 'capture', 'refund']);
  });

  it.concurrent('waits for a provider that is down, shows that, and continues by itself', async () => {
    const { reference, body } = await payableOrder(stack);
    await stack.simulator.fault({
      operation: 'payment_intents.capture',
      kind: 'error_before',
      paymentIntent: reference,
    });
    const placed = await placeAsClientsDo(stack.api, body);
    const waiting = await eventually('the order saying that it waits', async () => {
      const progress = await progressOf(stack, placed.body.order_id);
      return progress.waiting ? progress : undefined;
    });
    expect(waiting).toMatchObject({ status: 'pending', step: 'the payment is being captured' });
    expect(waiting.waiting?.fault).toMatch(/^Payment(ProviderUnavailable|OutcomeUnknown): /);
    expect((await stack.api.getOrder(placed.body.order_id)).body.status).toBe('pending');
    await stack.simulator.clearFaults(reference);
    expect(await stack.orderReaching(placed.body.order_id, ['confirmed', 'cancelled'])).toMatchObject({
      status: 'confirmed',
    });
    expect(await stack.simulator.operationsOn(reference)).toEqual(['authorize', 'capture']);
  });

  it('leaves ledgers that balance', async () => {
    expect(await remainingImbalances(stack)).toEqual([]);
  });
});
