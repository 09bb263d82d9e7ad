import { eventually } from '@oms/stack';
import {
  changeAsClientsDo,
  findImbalances,
  remainingImbalances,
  orderBody,
  orderBodyTotalMinor,
  orderItem,
  placeAsClientsDo,
  wasWokenByNotice,
  type AdyenModification,
  progressOf,
} from '@oms/testing';
import { useTestStack } from '@oms/testing/vitest';
import { afterEach, describe, expect, it } from 'vitest';

describe('an order that is paid for through Adyen', () => {
  const stack = useTestStack();

  afterEach(async () => {
    await stack.simulator.clearFaults();
    await settleBy({ mode: 'auto', delayMs: 100 });
  });

  const settleBy = (settlement: object) => stack.simulator.call('PUT', '/adyen/settlement', settlement);
  const settle = (pspReference: string) => stack.simulator.call('POST', '/adyen/settle', { pspReference });
  const complete = ({ id }: AdyenModification, body: object) =>
    stack.simulator.call('POST', `/adyen/modifications/${id}/complete`, body);

  async function place(reference: string, units = 10) {
    const items = [orderItem(await stack.stock(units))];
    const body = orderBody({ payment_provider: 'adyen', payment_reference: reference, items });
    return (await placeAsClientsDo(stack.api, body)).body.order_id;
  }

  async function confirmed(): Promise<{ id: string; reference: string }> {
    const reference = await stack.simulator.adyenPayment(orderBodyTotalMinor);
    const id = await place(reference);
    expect(await stack.orderReaching(id, ['confirmed', 'cancelled'])).toMatchObject({ status: 'confirmed' });
    return { id, reference };
  }

  const asked = (reference: string, kind: AdyenModification['kind']): Promise<AdyenModification> =>
    eventually(`a ${kind} of ${reference} being asked for`, async () =>
      (await stack.simulator.adyenModifications(reference)).find(
        (modification) => modification.kind === kind,
      ),
    );

  const waitingFor = (id: string, words: string) =>
    eventually(`order ${id} waiting for ${words}`, async () => {
      const { waiting } = await progressOf(stack, id);
      return waiting?.since && waiting.fault.includes(words) ? true : undefined;
    });

  const flagged = (id: string, flags: readonly string[]) =>
    eventually(`order ${id} being flagged ${flags.join()}`, async () => {
      const { body } = await stack.api.getOrder(id);
      return JSON.stringify(body['flags']) === JSON.stringify(flags) ? body : undefined;
    });

  it('is confirmed once Adyen has reported the capture', async () => {
    const { id, reference } = await confirmed();
    expect((await stack.api.getOrder(id)).body).toMatchObject({ payment_status: 'captured', flags: [] });
    expect(await stack.simulator.operationsOn(reference)).toEqual(['authorize', 'capture']);
  });

  it('waits for the result of the capture, shows that, and continues at once with it', async () => {
    await settleBy({ mode: 'hold' });
    const reference = await stack.simulator.adyenPayment(orderBodyTotalMinor);
    const id = await place(reference);
    await waitingFor(id, 'has yet to say what became of it');
    expect((await stack.api.getOrder(id)).body).toMatchObject({ status: 'pending' });
    await settle(reference);
    await stack.orderReaching(id, ['confirmed']);
    expect(await wasWokenByNotice(stack, id)).toBe(true);
  });

  it('waits for the notification of its authorisation, which arrives after the order', async () => {
    const operation = 'webhooks.AUTHORISATION';
    await stack.simulator.fault({ operation, kind: 'delay', delayMs: 600_000, times: 1 });
    const reference = await stack.simulator.adyenPayment(orderBodyTotalMinor);
    const id = await place(reference);
    await waitingFor(id, 'has not arrived');
    await stack.simulator.call('POST', '/adyen/webhooks/flush');
    await stack.orderReaching(id, ['confirmed']);
    expect(await stack.simulator.operationsOn(reference)).toEqual(['authorize', 'capture']);
  });

  it('is cancelled when the authorisation was refused', async () => {
    const reference = await stack.simulator.adyenPayment(orderBodyTotalMinor, {
      status: 'refused',
      refusalReason: 'CVC Declined',
    });
    const order = await stack.orderReaching(await place(reference), ['confirmed', 'cancelled']);
    expect(order).toMatchObject({ status: 'cancelled', cancellation_reason: 'payment_not_capturable' });
    expect(order.cancellation_detail).toContain('CVC Declined');
    expect(await stack.simulator.operationsOn(reference)).toEqual([]);
  });

  it('without stock → the authorisation is released', async () => {
    const reference = await stack.simulator.adyenPayment(orderBodyTotalMinor);
    const order = await stack.orderReaching(await place(reference, 1), ['confirmed', 'cancelled']);
    expect(order).toMatchObject({
      status: 'cancelled',
      cancellation_reason: 'out_of_stock',
      payment_status: 'voided',
    });
    expect(await stack.simulator.operationsOn(reference)).toEqual(['authorize', 'void']);
  });

  it('is cancelled with the reason when the capture fails, and the authorisation is released', async () => {
    const reference = await stack.simulator.adyenPayment(orderBodyTotalMinor);
    await stack.simulator.fault({
      operation: 'adyen.payments.capture',
      kind: 'decline',
      declineCode: 'Not enough balance',
      paymentIntent: reference,
      times: 1,
    });
    const order = await stack.orderReaching(await place(reference), ['confirmed', 'cancelled']);
    expect(order).toMatchObject({
      status: 'cancelled',
      cancellation_reason: 'payment_declined',
      payment_status: 'voided',
      flags: [],
    });
    expect(order.cancellation_detail).toContain('Not enough balance');
    expect(await stack.simulator.operationsOn(reference)).toEqual(['authorize', 'void']);
  });

  it('cancelled during the capture → the money is refunded', async () => {
    await settleBy({ mode: 'hold' });
    const reference = await stack.simulator.adyenPayment(orderBodyTotalMinor);
    const id = await place(reference);
    await asked(reference, 'capture');
    const cancelling = changeAsClientsDo(stack.api, `/api/v1/oms/orders/${id}/cancel`);
    await asked(reference, 'cancel');
    await settleBy({ mode: 'auto', delayMs: 0 });
    await settle(reference);
    await cancelling;
    expect(await stack.orderReaching(id, ['cancelled'])).toMatchObject({ payment_status: 'refunded' });
    expect(await stack.simulator.operationsOn(reference)).toEqual(['authorize', 'capture', 'refund']);
  });

  describe('when the capture fails after the order was confirmed', () => {
    it('stays, is flagged once, and is not shipped', async () => {
      const { id, reference } = await confirmed();
      await stack.simulator.fault({ operation: 'webhooks.CAPTURE_FAILED', kind: 'duplicate', times: 1 });
      await complete(await asked(reference, 'capture'), { outcome: 'failed', reason: 'Capture expired' });
      expect(await flagged(id, ['capture_failed'])).toMatchObject({
        status: 'confirmed',
        payment_status: 'failed',
      });
      const shipped = await stack.api.request('POST', `/api/v1/oms/orders/${id}/fulfillments`, {});
      expect(shipped).toMatchObject({
        status: 400,
        body: { error: expect.stringContaining('the order is not paid for') as string },
      });
      const events = (await stack.api.getEvents(id)).body.events;
      expect(events.filter(({ type }) => type === 'payment.capture_failed')).toMatchObject([
        { from: 'captured', to: 'failed', reason: 'Capture expired' },
      ]);
      expect(await remainingImbalances(stack)).toEqual([]);
    });

    it('can be cancelled: Adyen holds nothing, so there is nothing to void or refund', async () => {
      const { id, reference } = await confirmed();
      await complete(await asked(reference, 'capture'), { outcome: 'failed' });
      await flagged(id, ['capture_failed']);
      await changeAsClientsDo(stack.api, `/api/v1/oms/orders/${id}/cancel`);
      expect(await stack.orderReaching(id, ['cancelled'])).toMatchObject({ payment_status: 'voided' });
    });

    it('is flagged for a manual refund when Adyen captures a cancelled payment', async () => {
      const { id, reference } = await confirmed();
      const capture = await asked(reference, 'capture');
      await complete(capture, { outcome: 'failed' });
      await flagged(id, ['capture_failed']);
      await changeAsClientsDo(stack.api, `/api/v1/oms/orders/${id}/cancel`);
      await stack.orderReaching(id, ['cancelled']);
      await complete(capture, { outcome: 'recaptured' });
      await flagged(id, ['capture_failed', 'recapture_reported']);
      // The ledgers agree: the provider has money that no order accounts for.
      await eventually('the imbalance', async () => {
        expect(await findImbalances(stack)).toEqual([expect.stringContaining('capture: our ledger says 0')]);
        return true;
      });
      await complete(capture, { outcome: 'failed' });
    });
  });

  it('leaves ledgers that balance', async () => {
    expect(await remainingImbalances(stack)).toEqual([]);
  });
});
