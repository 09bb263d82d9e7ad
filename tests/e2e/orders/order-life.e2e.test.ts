import { randomUUID } from 'node:crypto';

import { receiveStock } from '@oms/database';
import {
  orderChangeUpdates,
  orderIdFor,
  orderLineId,
  orderWorkflowId,
  type OrderWorkflowInput,
} from '@oms/contracts/temporal';
import { eventually } from '@oms/stack';
import {
  remainingImbalances,
  orderBody,
  orderBodyTotalMinor,
  orderItem,
  placeAsClientsDo,
  stockOf,
  updateAsOperatorsDo,
} from '@oms/testing';
import { useSharedStack } from '@oms/testing/vitest';
import { WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { describe, expect, it } from 'vitest';

describe('the lifecycle of an order after its confirmation', () => {
  const stack = useSharedStack();

  async function confirmed(items?: Record<string, unknown>[]) {
    const level = await stack.stock(10);
    const reference = await stack.simulator.authorization(orderBodyTotalMinor);
    const { body } = await placeAsClientsDo(
      stack.api,
      orderBody({ payment_reference: reference, items: items ?? [orderItem(level)] }),
    );
    const id = body.order_id;
    expect(await stack.orderReaching(id, ['confirmed', 'cancelled'])).toMatchObject({ status: 'confirmed' });
    return { id, level, reference, lineId: orderLineId(id, 1) };
  }

  function change<Type extends keyof typeof orderChangeUpdates>(
    id: string,
    type: Type,
    request: Record<string, unknown> = {},
    updateId: string = randomUUID(),
  ) {
    const handle = stack.temporal.workflow.getHandle(orderWorkflowId(id));
    return updateAsOperatorsDo<object>(handle, orderChangeUpdates[type].name, request, updateId);
  }

  async function refusal(promise: Promise<unknown>) {
    const error = await promise.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(WorkflowUpdateFailedError);
    const { cause } = error as WorkflowUpdateFailedError;
    expect(cause).toBeInstanceOf(ApplicationFailure);
    return (cause as ApplicationFailure).details?.[0];
  }

  it('is processed, shipped in parts, delivered, returned in part, refunded and closed, and its ledgers balance', async () => {
    const { id, level, reference, lineId } = await confirmed();
    await change(id, 'start_processing');
    const first = await change(id, 'ship', {
      lines: [{ lineId, quantity: 1 }],
      trackingNumber: 'T1',
      carrier: 'UPS',
    });
    expect(first).toMatchObject({ status: 'processing' });
    expect(await stockOf(stack, level)).toEqual({ onHand: 9, reserved: 1 });
    expect(await change(id, 'ship', { trackingNumber: 'T2', carrier: 'UPS' })).toMatchObject({
      status: 'shipped',
    });
    expect(await stockOf(stack, level)).toEqual({ onHand: 8, reserved: 0 });
    expect(await change(id, 'deliver')).toMatchObject({ status: 'delivered' });
    const requested = (await change(id, 'request_return', { lines: [{ lineId, quantity: 1 }] })) as {
      partId: string;
    };
    const returnId = requested.partId;
    await change(id, 'decide_return', { returnId, isApproved: true });
    await change(id, 'receive_return', { returnId });
    expect(await stockOf(stack, level)).toEqual({ onHand: 9, reserved: 0 });
    await change(id, 'refund', { returnId });
    await eventually('the refund', async () => {
      const { body } = await stack.api.getOrder(id);
      return body.payment_status === 'partially_refunded' ? true : undefined;
    });
    expect(
      (await stack.simulator.ledger(reference)).map(({ operation, amount }) => [operation, amount]),
    ).toEqual([
      ['authorize', 17_998],
      ['capture', 17_998],
      ['refund', 8_999],
    ]);
    expect(await change(id, 'close')).toMatchObject({ status: 'closed' });
    expect(await stack.temporal.workflow.getHandle(orderWorkflowId(id)).result()).toMatchObject({
      status: 'closed',
    });
    expect(await remainingImbalances(stack)).toEqual([]);
  });

  it('applies a change once, however often it is sent', async () => {
    const { id } = await confirmed();
    const key = randomUUID();
    const answers = await Promise.all([
      change(id, 'start_processing', {}, key),
      change(id, 'start_processing', {}, key),
      change(id, 'start_processing', {}, key),
    ]);
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    const { body } = await stack.api.getEvents(id);
    expect(body.events.filter(({ type }) => type === 'order.processing')).toHaveLength(1);
  });

  it('refuses what the table forbids, naming what is allowed, and changes nothing', async () => {
    const { id } = await confirmed();
    const { body: before } = await stack.api.getOrder(id);
    expect(await refusal(change(id, 'ship', { trackingNumber: 'T', carrier: 'C' }))).toMatchObject({
      code: 'TRANSITION_NOT_ALLOWED',
      details: { allowed: ['processing', 'cancelled'] },
    });
    expect(before.status).toBe('confirmed');
    expect((await stack.api.getOrder(id)).body).toEqual(before);
  });

  it('cancels a confirmed order, refunds its money and releases its stock', async () => {
    const { id, level, reference } = await confirmed();
    expect(await change(id, 'cancel', { reason: 'the customer changed their mind' })).toMatchObject({
      status: 'cancelled',
      paymentStatus: 'refunded',
    });
    expect(await stockOf(stack, level)).toEqual({ onHand: 10, reserved: 0 });
    expect((await stack.simulator.ledger(reference)).at(-1)).toMatchObject({
      operation: 'refund',
      amount: 17_998,
    });
    expect((await stack.api.getOrder(id)).body).toMatchObject({
      cancellation_reason: 'cancellation_requested',
      cancellation_detail: 'the customer changed their mind',
    });
  });

  it('has one winner when shipping races against cancelling', async () => {
    const { id } = await confirmed();
    const results = await Promise.allSettled([
      change(id, 'cancel'),
      change(id, 'ship', { startsProcessing: true, trackingNumber: 'T', carrier: 'C' }),
    ]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(['cancelled', 'shipped']).toContain((await stack.api.getOrder(id)).body.status);
    expect(await remainingImbalances(stack)).toEqual([]);
  });

  describe('when it begins as a draft', () => {
    async function draft(level: { variant_id: string }, quantity: number) {
      const scope = { tenantId: stack.tenantId, orgId: stack.orgId };
      const idempotencyKey = `draft-${randomUUID()}`;
      const orderId = orderIdFor(scope, idempotencyKey);
      await stack.temporal.workflow.start('orderWorkflow', {
        workflowId: orderWorkflowId(orderId),
        taskQueue: 'orders',
        args: [
          {
            ...scope,
            orderId,
            toPlace: {
              idempotencyKey,
              requestHash: 'hash',
              requestId: randomUUID(),
              actor: { type: 'user', id: 'tester' },
              isDraft: true,
              order: {
                currency: 'USD',
                currencyExponent: 2,
                metadata: {},
                totals: {
                  subtotalMinor: 100 * quantity,
                  discountMinor: 0,
                  taxMinor: 0,
                  shippingMinor: 0,
                  totalMinor: 100 * quantity,
                },
                lines: [
                  {
                    variantId: level.variant_id,
                    sku: 'ANY',
                    quantity,
                    unitPriceMinor: 100,
                    requiresShipping: true,
                  },
                ],
              },
            },
          } satisfies OrderWorkflowInput,
        ],
      });
      await stack.orderReaching(orderId, ['draft']);
      return orderId;
    }

    it('reserves nothing until it is confirmed, and is then confirmed on its stock alone', async () => {
      const level = await stack.stock(10);
      const id = await draft(level, 4);
      expect(await stockOf(stack, level)).toEqual({ onHand: 10, reserved: 0 });
      expect(await change(id, 'confirm')).toMatchObject({ status: 'confirmed', paymentStatus: 'pending' });
      expect(await stockOf(stack, level)).toEqual({ onHand: 10, reserved: 4 });
      const { body } = await stack.api.getEvents(id);
      expect(body.events.map(({ type }) => type)).toEqual([
        'order.drafted',
        'inventory.reserved',
        'order.placed',
        'order.confirmed',
      ]);
    });

    it('stays a draft when its stock does not suffice, and can be confirmed once it does', async () => {
      const level = await stack.stock(3);
      const id = await draft(level, 4);
      expect(await refusal(change(id, 'confirm'))).toMatchObject({ code: 'OUT_OF_STOCK' });
      expect((await stack.api.getOrder(id)).body.status).toBe('draft');
      expect(await stockOf(stack, level)).toEqual({ onHand: 3, reserved: 0 });
      const { tenantId, orgId } = stack;
      await receiveStock(stack.database, {
        ...{ tenantId, orgId, variantId: level.variant_id, locationId: level.location_id },
        quantity: 1,
        reason: 'test',
      });
      expect(await change(id, 'confirm')).toMatchObject({ status: 'confirmed' });
    });

    it('is confirmed once when it is confirmed twice at once', async () => {
      const level = await stack.stock(10);
      const id = await draft(level, 4);
      const results = await Promise.allSettled([change(id, 'confirm'), change(id, 'confirm')]);
      expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      expect(await stockOf(stack, level)).toEqual({ onHand: 10, reserved: 4 });
    });

    it('is cancelled without ever holding money or stock', async () => {
      const level = await stack.stock(10);
      const id = await draft(level, 4);
      expect(await change(id, 'cancel', { reason: 'no longer wanted' })).toMatchObject({
        status: 'cancelled',
      });
      expect(await stockOf(stack, level)).toEqual({ onHand: 10, reserved: 0 });
    });
  });
});
