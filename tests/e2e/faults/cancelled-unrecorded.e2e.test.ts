import { orderWorkflowId, orderChangeUpdates } from '@oms/contracts/temporal';
import { commerceOrderId, salesOrderId } from '@oms/contracts/http';
import { eventually } from '@oms/stack';
import {
  createSalesClient,
  remainingImbalances,
  orderBody,
  orderBodyTotalMinor,
  orderItem,
} from '@oms/testing';
import { useCommerceClient, usePostgres, useTestStack } from '@oms/testing/vitest';
import { WorkflowNotFoundError } from '@temporalio/client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

describe('an order that is cancelled while PostgreSQL is away, before it is recorded', () => {
  const postgres = usePostgres();
  const stack = useTestStack({ postgres, env: { API_KEY_CACHE_MS: '0', RECORD_TIMEOUT_MS: '2000' } });
  const commerce = useCommerceClient(stack);
  const handleOf = (id: string) => stack.temporal.workflow.getHandle(orderWorkflowId(id));
  const pathOf = (id: string) => `/api/v1/oms/orders/${id}`;

  beforeEach(async () => {
    // Its key is known then, and believed while the database is away.
    await commerce.list('');
    await postgres.stop('immediate');
  });
  afterEach(() => (postgres.pid() === undefined ? postgres.start() : undefined));

  async function placed() {
    const reference = await stack.simulator.authorization(orderBodyTotalMinor);
    const body = orderBody({ payment_reference: reference, items: [orderItem()] });
    const { status, body: answer } = await stack.api.placeOrder(body);
    expect(status).toBe(202);
    return { id: answer.order_id, reference, body };
  }

  /** Starts PostgreSQL again, and looks at what has become of the order when nothing more happens to it. */
  async function recordOf(id: string) {
    await postgres.start();
    await handleOf(id).result();
    const { status, body } = await stack.api.getOrder(id);
    expect(status).toBe(200);
    const { events } = (await stack.api.getEvents(id)).body;
    const auditLog = await stack.database.prisma.auditEntry.findMany({
      where: { resourceId: id },
      orderBy: { id: 'asc' },
    });
    return { order: body, events, auditLog };
  }

  it('is cancelled at once, on every API, and is recorded as that', async () => {
    const { id, reference, body } = await placed();
    const cancel = () =>
      stack.api.request(
        'POST',
        `${pathOf(id)}/cancel`,
        { reason: 'no longer wanted' },
        { 'idempotency-key': id },
      );
    const { status: answered, body: order } = await cancel();
    expect(answered).toBe(200);
    expect(order).toMatchObject({ status: 'cancelled', payment_status: 'pending' });
    const cancelled = { id, status: 'cancelled', cancellation_reason: 'cancellation_requested' };
    expect(await stack.api.getOrder(id)).toMatchObject({ status: 202, body: cancelled });
    expect((await stack.api.request('GET', `${pathOf(id)}/status`)).body).toMatchObject({
      status: 'cancelled',
      step: 'the order is being recorded',
    });
    const sales = createSalesClient({ baseUrl: stack.gatewayUrl, token: stack.token({}) });
    expect(await sales.get(`/orders/${salesOrderId(id)}`)).toMatchObject({
      status: 202,
      body: { status: 'cancelled' },
    });
    expect(await commerce.get(commerceOrderId(id))).toMatchObject({
      status: 202,
      body: { status: 'cancelled' },
    });

    const recorded = await recordOf(id);
    expect(recorded.order).toMatchObject({
      status: 'cancelled',
      payment_status: 'pending',
      cancellation_reason: 'cancellation_requested',
      cancellation_detail: 'no longer wanted',
      version: 3,
    });
    expect(recorded.events).toMatchObject([
      { type: 'order.placed', from: null, to: 'pending' },
      { type: 'order.cancelled', from: 'pending', to: 'cancelled', reason: 'cancellation_requested' },
      { type: 'payment.released', data: { operation: 'void' } },
    ]);
    expect(recorded.auditLog.map(({ action, actorType }) => [action, actorType])).toEqual([
      ['order.placed', 'user'],
      ['order.cancelled', 'user'],
      ['payment.released', 'system'],
    ]);
    expect(await stack.simulator.operationsOn(reference)).toEqual(['authorize', 'void']);
    const again = await cancel();
    expect(again.status).toBe(200);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(again.body).toEqual(order);
    expect((await stack.api.placeOrder(body)).status).toBe(200);
    // Temporal forgets workflows that have ended, and the records do not.
    await stack.temporal.workflowService.deleteWorkflowExecution({
      namespace: stack.temporal.options.namespace,
      workflowExecution: { workflowId: orderWorkflowId(id) },
    });
    await eventually('the workflow being forgotten', () =>
      handleOf(id)
        .describe()
        .then(() => undefined)
        .catch((error: unknown) => (error instanceof WorkflowNotFoundError ? true : undefined)),
    );
    expect(await cancel()).toMatchObject({ status: 200, body: order });
  });

  it('is given up by an operator in the same way, whose name is recorded', async () => {
    const { id, reference } = await placed();
    await handleOf(id).executeUpdate(orderChangeUpdates.give_up, {
      args: [{ by: 'ada@example.com', reason: 'the outage lasts' }],
    });
    expect(await stack.api.getOrder(id)).toMatchObject({
      status: 202,
      body: { id, status: 'cancelled', cancellation_reason: 'given_up_by_operator' },
    });
    const { order, auditLog } = await recordOf(id);
    expect(order).toMatchObject({ status: 'cancelled', cancellation_detail: 'the outage lasts' });
    expect(auditLog[1]).toMatchObject({ actorType: 'operator', actorId: 'ada@example.com' });
    expect(await stack.simulator.operationsOn(reference)).toEqual(['authorize', 'void']);
  });

  it('is not cancelled by a malformed command, which is refused while PostgreSQL is away', async () => {
    const { id } = await placed();
    const sent = (name: string, request: object) =>
      handleOf(id).executeUpdate<unknown, [object]>(name, { args: [request] });
    await expect(sent('cancelOrder', { reason: 'a\0b' })).rejects.toMatchObject({
      cause: { message: 'cancel.reason must not contain control characters' },
    });
    await expect(sent('giveUp', { by: 'ada@example.com' })).rejects.toMatchObject({
      cause: { message: 'give_up.reason is required' },
    });
    await postgres.start();
    expect(await stack.orderReaching(id, ['confirmed', 'cancelled'])).toMatchObject({ status: 'confirmed' });
  });

  it('is cancelled in the same way by the cancellation of its workflow', async () => {
    const { id, reference } = await placed();
    await handleOf(id).cancel();
    await eventually('the order being cancelled', async () =>
      (await stack.api.getOrder(id)).body.status === 'cancelled' ? true : undefined,
    );
    const { order, events } = await recordOf(id);
    expect(order).toMatchObject({ status: 'cancelled', cancellation_reason: 'cancellation_requested' });
    expect(events.map(({ type }) => type)).toEqual(['order.placed', 'order.cancelled', 'payment.released']);
    expect(await stack.simulator.operationsOn(reference)).toEqual(['authorize', 'void']);
  });

  it('leaves ledgers that balance', async () => {
    await postgres.start();
    expect(await remainingImbalances(stack)).toEqual([]);
  });
});
