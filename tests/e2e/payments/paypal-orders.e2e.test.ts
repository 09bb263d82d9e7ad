import { orderWorkflowId } from '@oms/contracts/temporal';
import { eventually } from '@oms/stack';
import {
  changeAsClientsDo,
  remainingImbalances,
  orderBody,
  orderBodyTotalMinor,
  orderItem,
  placeAsClientsDo,
  wasWokenByNotice,
  progressOf,
} from '@oms/testing';
import { useTestStack } from '@oms/testing/vitest';
import { afterEach, describe, expect, it } from 'vitest';

describe('an order that is paid for through PayPal', () => {
  const stack = useTestStack();

  afterEach(async () => {
    await stack.simulator.clearFaults();
  });

  async function place(reference: string, units = 10) {
    const items = [orderItem(await stack.stock(units))];
    const order = orderBody({ payment_provider: 'paypal', payment_reference: reference, items });
    return (await placeAsClientsDo(stack.api, order)).body.order_id;
  }

  async function confirmed(): Promise<{ id: string; reference: string }> {
    const reference = await stack.simulator.paypalAuthorization(orderBodyTotalMinor);
    const id = await place(reference);
    expect(await stack.orderReaching(id, ['confirmed', 'cancelled'])).toMatchObject({ status: 'confirmed' });
    return { id, reference };
  }

  const captureOf = (reference: string) =>
    eventually(`a capture of ${reference}`, async () => (await stack.simulator.paypalCaptures(reference))[0]);

  /** Waits until the order has found its capture pending. */
  const waiting = (id: string) =>
    eventually(`order ${id} waiting for its capture`, async () => {
      const progress = await progressOf(stack, id);
      return progress.waiting?.since && progress.waiting.fault.includes('PaymentOutcomePending')
        ? true
        : undefined;
    });

  const timesTold = async (id: string): Promise<number> => {
    const { events } = await stack.temporal.workflow.getHandle(orderWorkflowId(id)).fetchHistory();
    return (events ?? []).filter((event) => event.workflowExecutionSignaledEventAttributes).length;
  };

  it('is confirmed with one capture', async () => {
    const { id, reference } = await confirmed();
    expect((await stack.api.getOrder(id)).body).toMatchObject({ payment_status: 'captured', flags: [] });
    expect(await stack.simulator.operationsOn(reference)).toEqual(['authorize', 'capture']);
  });

  it('is cancelled when PayPal declines the capture, and the authorisation is released', async () => {
    const reference = await stack.simulator.paypalAuthorization(orderBodyTotalMinor);
    await stack.simulator.fault({
      operation: 'paypal.authorizations.capture',
      kind: 'decline',
      declineCode: 'INSTRUMENT_DECLINED',
      paymentIntent: reference,
    });
    const order = await stack.orderReaching(await place(reference), ['confirmed', 'cancelled']);
    expect(order).toMatchObject({ cancellation_reason: 'payment_declined', payment_status: 'voided' });
    expect(await stack.simulator.operationsOn(reference)).toEqual(['authorize', 'void']);
  });

  it('without stock → the authorisation is released', async () => {
    const reference = await stack.simulator.paypalAuthorization(orderBodyTotalMinor);
    const order = await stack.orderReaching(await place(reference, 1), ['confirmed', 'cancelled']);
    expect(order).toMatchObject({ cancellation_reason: 'out_of_stock', payment_status: 'voided' });
    expect(await stack.simulator.operationsOn(reference)).toEqual(['authorize', 'void']);
  });

  it('waits while PayPal reviews the capture, and is confirmed at once after that', async () => {
    const reference = await stack.simulator.paypalAuthorization(orderBodyTotalMinor, { capturesPend: true });
    const id = await place(reference);
    await waiting(id);
    const { id: capture } = await captureOf(reference);
    // An order that asks for itself, when its pause is over, does not get ahead of the notification.
    const operation = 'paypal.authorizations.get';
    await stack.simulator.fault({ operation, kind: 'hang_before', paymentIntent: reference });
    const before = await timesTold(id);
    await stack.simulator.call('POST', `/paypal/captures/${capture}/complete`, { outcome: 'completed' });
    await eventually('the order being told', async () => ((await timesTold(id)) > before ? true : undefined));
    await stack.simulator.clearFaults(reference);
    await stack.orderReaching(id, ['confirmed']);
    expect(await wasWokenByNotice(stack, id)).toBe(true);
    expect(await stack.simulator.operationsOn(reference)).toEqual(['authorize', 'capture']);
  });

  it('is cancelled when PayPal denies the reviewed capture', async () => {
    const reference = await stack.simulator.paypalAuthorization(orderBodyTotalMinor, { capturesPend: true });
    const id = await place(reference);
    await waiting(id);
    const { id: capture } = await captureOf(reference);
    await stack.simulator.call('POST', `/paypal/captures/${capture}/complete`, { outcome: 'denied' });
    const order = await stack.orderReaching(id, ['confirmed', 'cancelled']);
    expect(order).toMatchObject({ cancellation_reason: 'payment_declined', payment_status: 'voided' });
  });

  it('cancelled after its confirmation → the money is refunded', async () => {
    const { id, reference } = await confirmed();
    await changeAsClientsDo(stack.api, `/api/v1/oms/orders/${id}/cancel`);
    expect(await stack.orderReaching(id, ['cancelled'])).toMatchObject({ payment_status: 'refunded' });
    expect(await stack.simulator.operationsOn(reference)).toEqual(['authorize', 'capture', 'refund']);
  });

  it('is flagged once when the customer disputes the payment, and continues', async () => {
    const { id, reference } = await confirmed();
    const { id: capture } = await captureOf(reference);
    await stack.simulator.fault({
      operation: 'webhooks.CUSTOMER.DISPUTE.CREATED',
      kind: 'duplicate',
      times: 1,
    });
    await stack.simulator.call('POST', `/paypal/captures/${capture}/dispute`);
    const order = await eventually('the flag', async () => {
      const { body } = await stack.api.getOrder(id);
      return JSON.stringify(body['flags']) === '["disputed"]' ? body : undefined;
    });
    expect(order).toMatchObject({ status: 'confirmed', payment_status: 'captured' });
    await changeAsClientsDo(stack.api, `/api/v1/oms/orders/${id}/fulfillments`);
    const { body } = await stack.api.getEvents(id);
    expect(body.events.filter(({ type }) => type === 'payment.dispute_opened')).toHaveLength(1);
  });

  it('leaves ledgers that balance', async () => {
    expect(await remainingImbalances(stack)).toEqual([]);
  });
});
