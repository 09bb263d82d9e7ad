import { randomUUID } from 'node:crypto';

import { orderIdFor, orderWorkflowId } from '@oms/contracts/temporal';
import { recordOrder } from '@oms/database';
import { eventually } from '@oms/stack';
import {
  changeAsClientsDo,
  confirmedOrder,
  remainingImbalances,
  payableOrder,
  placeAsClientsDo,
  progressOf,
} from '@oms/testing';
import { patient, useTestStack } from '@oms/testing/vitest';
import { describe, expect, it } from 'vitest';

/**
 * A workflow can be terminated by hand, or lost with its namespace. The database has everything to continue the
 * order.
 */
describe('an open order whose workflow is gone', () => {
  const stack = useTestStack({ env: patient });
  const handleOf = (id: string) => stack.temporal.workflow.getHandle(orderWorkflowId(id));
  const pathOf = (id: string) => `/api/v1/oms/orders/${id}`;
  const operator = () => stack.apiAs({ role: 'operator' });
  const retry = (id: string) =>
    changeAsClientsDo(operator(), `${pathOf(id)}/operations/retry`, { reason: 'its workflow is gone' });

  async function waitingAt(operation: string, stockedUnits = 10) {
    const { reference, body } = await payableOrder(stack, stockedUnits);
    await stack.simulator.fault({ operation, kind: 'error_before', paymentIntent: reference });
    const id = (await placeAsClientsDo(stack.api, body)).body.order_id;
    await eventually(`order ${id} waiting`, async () =>
      (await progressOf(stack, id)).waiting?.since ? true : undefined,
    );
    return { id, reference };
  }

  it.concurrent('is shown as abandoned, and after a retry is confirmed with one capture', async () => {
    const { id, reference } = await waitingAt('payment_intents.capture');
    await handleOf(id).terminate('by a test');
    expect(await progressOf(stack, id)).toMatchObject({
      status: 'pending',
      waiting: { code: 'NoWorkflow', actions: [{ action: 'retry' }] },
    });
    await stack.simulator.clearFaults(reference);
    await retry(id);
    await stack.orderReaching(id, ['confirmed']);
    expect(await stack.simulator.operationsOn(reference)).toEqual(['authorize', 'capture']);
  });

  it.concurrent(
    'is cancelled for the reason that was decided before, with the answer under its key',
    async () => {
      const { id, reference } = await waitingAt('payment_intents.capture');
      const operation = 'payment_intents.cancel';
      await stack.simulator.fault({ operation, kind: 'error_before', paymentIntent: reference });
      const cancel = () =>
        stack.api.request(
          'POST',
          `${pathOf(id)}/cancel`,
          { reason: 'no longer wanted' },
          { 'idempotency-key': id },
        );
      const first = cancel();
      await eventually(`order ${id} being undone`, async () =>
        (await progressOf(stack, id)).step === 'the payment is being given back' ? true : undefined,
      );
      await handleOf(id).terminate('by a test');
      await stack.simulator.clearFaults(reference);
      expect((await first).status).toBeLessThan(300);
      await retry(id).catch(() => undefined);
      expect(await stack.orderReaching(id, ['cancelled'])).toMatchObject({
        cancellation_reason: 'cancellation_requested',
        cancellation_detail: 'no longer wanted',
        payment_status: 'voided',
      });
      expect(await cancel()).toMatchObject({ status: 200, body: { status: 'cancelled' } });
      expect(await stack.simulator.operationsOn(reference)).toEqual(['authorize', 'void']);
    },
  );

  it.concurrent('is undone after a decision of the system, also if that was partly carried out', async () => {
    const { id, reference } = await waitingAt('payment_intents.cancel', 1);
    await handleOf(id).terminate('by a test');
    await stack.simulator.clearFaults(reference);
    await retry(id);
    expect(await stack.orderReaching(id, ['cancelled'])).toMatchObject({
      cancellation_reason: 'out_of_stock',
      payment_status: 'voided',
    });
    expect(await stack.simulator.operationsOn(reference)).toEqual(['authorize', 'void']);
  });

  it.concurrent('accepts the next change, and continues to its end', async () => {
    const { id } = await confirmedOrder(stack);
    await handleOf(id).terminate('by a test');
    const { body: parcel } = await changeAsClientsDo(stack.api, `${pathOf(id)}/fulfillments`, {});
    await handleOf(id).terminate('by a test, once more');
    await changeAsClientsDo(stack.api, `${pathOf(id)}/fulfillments/${String(parcel['id'])}/deliver`);
    await changeAsClientsDo(stack.api, `${pathOf(id)}/close`);
    expect(await handleOf(id).result()).toMatchObject({ status: 'closed' });
  });

  it.concurrent('pays its pending refund once', async () => {
    const { id, reference } = await confirmedOrder(stack);
    const operation = 'refunds.create';
    await stack.simulator.fault({ operation, kind: 'error_before', paymentIntent: reference });
    await changeAsClientsDo(stack.api, `${pathOf(id)}/refunds`, { amount: '1.00' });
    await handleOf(id).terminate('by a test');
    await stack.simulator.clearFaults(reference);
    await retry(id);
    await eventually('the refund being given', async () => {
      const given = (await stack.simulator.operationsOn(reference)).filter((each) => each === 'refund');
      return given.length === 1 ? true : undefined;
    });
  });

  it.concurrent('continues also if it never had a workflow', async () => {
    const { tenantId, orgId } = stack;
    const key = randomUUID();
    const orderId = orderIdFor({ tenantId, orgId }, key);
    const line = { productTitle: 'Gift card', quantity: 1, unitPriceMinor: 500, requiresShipping: false };
    await recordOrder(stack.database, {
      ...{ tenantId, orgId, orderId, idempotencyKey: key, requestHash: 'hash', requestId: key },
      actor: { type: 'user', id: 'somebody' },
      order: {
        ...{ currency: 'USD', currencyExponent: 2, metadata: {}, lines: [line] },
        totals: { subtotalMinor: 500, discountMinor: 0, taxMinor: 0, shippingMinor: 0, totalMinor: 500 },
      },
    });
    await retry(orderId);
    await stack.orderReaching(orderId, ['confirmed']);
  });

  it('is placed again by the same request if it was not recorded', async () => {
    const { reference, body } = await payableOrder(stack);
    await stack.service('order-worker').stop('SIGKILL');
    const accepted = await stack.api.placeOrder(body);
    expect(accepted.status).toBe(202);
    const id = accepted.body.order_id;
    await handleOf(id).terminate('by a test');
    await stack.service('order-worker').start();
    expect(await placeAsClientsDo(stack.api, body)).toMatchObject({ body: { order_id: id } });
    await stack.orderReaching(id, ['confirmed']);
    expect(await stack.simulator.operationsOn(reference)).toEqual(['authorize', 'capture']);
  });

  it('leaves ledgers that balance', async () => {
    expect(await remainingImbalances(stack)).toEqual([]);
  });
});
