import { randomUUID } from 'node:crypto';

import { operationIdOf, operationKeyOf, salesOrderId } from '@oms/contracts/http';
import { orderWorkflowId } from '@oms/contracts/temporal';
import { eventually } from '@oms/stack';
import { confirmedOrder, holdLock, remainingImbalances, type ApiResponse } from '@oms/testing';
import { usePostgres, useSalesClient, useTestStack } from '@oms/testing/vitest';
import { describe, expect, it } from 'vitest';

describe('the address of a change that is answered 202', () => {
  const postgres = usePostgres();
  // No change that meets a lock or a fault is done in time.
  const stack = useTestStack({ postgres, env: { CHANGE_TIMEOUT_MS: '1000' } });
  const sales = useSalesClient(stack);

  const pathOf = (id: string) => `/api/v1/oms/orders/${id}`;
  const ask = (path: string, body: object, key: string = randomUUID()) =>
    stack.api.request('POST', path, body, { 'idempotency-key': key });
  const operation = (location: string) => stack.api.request('GET', location);
  /** The order's lock, which every change waits for. */
  const holdOrder = (id: string) => holdLock(stack.databaseUrl, 'SELECT FROM orders WHERE id = $1', [id]);

  /** A busy worker may leave it open whether the order has taken the change in: the client asks again then. */
  async function accepted(request: () => Promise<ApiResponse>): Promise<string> {
    const answer = await eventually('the change being taken in', async () => {
      const one = await request();
      return one.status >= 500 ? undefined : one;
    });
    expect(answer.status).toBe(202);
    return String(answer.headers.get('location'));
  }

  async function finished(location: string) {
    const { body } = await eventually(`${location} being finished`, async () => {
      const answer = await operation(location);
      return answer.status === 200 && answer.body['status'] !== 'pending' ? answer : undefined;
    });
    return body;
  }

  it('says that it is pending, and then the result', async () => {
    const { id } = await confirmedOrder(stack);
    const key = randomUUID();
    const lock = await holdOrder(id);
    const location = await accepted(() => ask(`${pathOf(id)}/fulfillments`, {}, key));
    const pending = await operation(location);
    expect(pending.headers.get('retry-after')).toBe('1');
    expect(pending).toMatchObject({
      status: 200,
      body: {
        id: location.replace('/api/v1/operations/', ''),
        ...{ order_id: id, sales_order_id: salesOrderId(id) },
        ...{ status: 'pending', finished_at: null },
      },
    });
    await lock.letGo();
    const done = await finished(location);
    const made = await ask(`${pathOf(id)}/fulfillments`, {}, key);
    expect(made.status).toBe(201);
    expect(done).toMatchObject({
      status: 'done',
      finished_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as string,
      result: { id, status: 'shipped', payment_status: 'captured', part_id: made.body['id'] },
    });
    // Clients of the Sales API name no tenant beside their token.
    const authorization = `Bearer ${stack.token({})}`;
    const seen = await fetch(`${stack.gatewayUrl}${location}`, { headers: { authorization } });
    expect(await seen.json()).toEqual(done);
  });

  it('says the code and the reason of a refusal, whatever becomes of the workflow afterwards', async () => {
    const { id } = await confirmedOrder(stack);
    const lock = await holdOrder(id);
    const shipments = await Promise.all(
      [1, 2].map(() => {
        const key = randomUUID();
        return accepted(() => ask(`${pathOf(id)}/fulfillments`, {}, key));
      }),
    );
    await lock.letGo();
    const outcomes = await Promise.all(shipments.map(finished));
    expect(outcomes.map((body) => body['status']).sort()).toEqual(['done', 'refused']);
    const refused = outcomes.find((body) => body['status'] === 'refused');
    expect(refused).toMatchObject({
      finished_at: expect.any(String) as string,
      refusal: {
        error: 'an order that is shipped cannot become shipped; allowed: delivered',
        code: 'TRANSITION_NOT_ALLOWED',
        allowed: ['delivered'],
      },
    });
    expect(refused?.['result']).toBeUndefined();
    expect(await stack.api.getOrder(id)).toMatchObject({ body: { status: 'shipped' } });

    await stack.temporal.workflow.getHandle(orderWorkflowId(id)).terminate('by a test');
    expect(await Promise.all(shipments.map(finished))).toEqual(outcomes);
  });

  it('tells a later request apart from an earlier one under its key that was refused', async () => {
    const { id } = await confirmedOrder(stack);
    const key = randomUUID();
    const close = () => ask(`${pathOf(id)}/close`, {}, key);
    const early = await eventually('the first request being answered', async () => {
      const answer = await close();
      return answer.status === 400 ? answer : undefined;
    });
    expect(early.body['code']).toBe('TRANSITION_NOT_ALLOWED');
    const shipment = await eventually('the shipment', async () => {
      const { status, body } = await ask(`${pathOf(id)}/fulfillments`, {}, 'ship');
      return status === 201 ? String(body['id']) : undefined;
    });
    await eventually('the delivery', async () => {
      const { status } = await ask(`${pathOf(id)}/fulfillments/${shipment}/deliver`, {}, 'deliver');
      return status === 200 ? true : undefined;
    });

    const lock = await holdOrder(id);
    const location = await accepted(close);
    expect((await operation(location)).body).toMatchObject({ status: 'pending' });
    const { requestId, ...first } = operationKeyOf(location.replace('/api/v1/operations/', '')) ?? {
      ...{ orderId: '', commandId: '' },
    };
    expect(requestId).toBeDefined();
    const refused = await operation(`/api/v1/operations/${operationIdOf(first)}`);
    expect(refused.body).toMatchObject({ status: 'refused', refusal: { code: 'TRANSITION_NOT_ALLOWED' } });
    await lock.letGo();
    expect(await finished(location)).toMatchObject({ status: 'done', result: { status: 'closed' } });
  });

  it('says that a confirmation is refused whose payment is declined', async () => {
    const reference = await stack.simulator.authorization(10_000);
    const capture = { operation: 'payment_intents.capture', paymentIntent: reference };
    await stack.simulator.fault({ ...capture, kind: 'error_before' });
    const line = { product_id: await sales.product(5), quantity: 1, unit_price: '100.00' };
    const draft = await sales.post('/orders', {
      ...{ customer_id: 'cust_1', currency: 'USD', line_items: [line] },
      ...{ payment_provider: 'stripe', payment_reference: reference },
    });
    const id = String(draft.body['id']);
    const key = randomUUID();
    const location = await accepted(() => sales.status(id, { status: 'confirmed' }, key));
    expect((await operation(location)).body).toMatchObject({ status: 'pending', sales_order_id: id });
    await stack.simulator.clearFaults(reference);
    await stack.simulator.fault({ ...capture, kind: 'decline', declineCode: 'insufficient_funds' });
    expect(await finished(location)).toMatchObject({
      status: 'refused',
      refusal: {
        code: 'NOT_CONFIRMED',
        error: expect.stringContaining('the order could not be confirmed and is cancelled: ') as string,
      },
    });
  });

  it('says that a change was not made whose workflow somebody ended, and the same key makes it', async () => {
    const { id } = await confirmedOrder(stack);
    const key = randomUUID();
    const ship = () => ask(`${pathOf(id)}/fulfillments`, {}, key);
    const lock = await holdOrder(id);
    const location = await accepted(ship);
    // The attempt that stands at the lock ends with its process, and no other one follows.
    await stack.service('order-worker').stop('SIGKILL');
    await stack.temporal.workflow.getHandle(orderWorkflowId(id)).terminate('by a test');
    await lock.letGo();
    expect((await operation(location)).body).toMatchObject({
      ...{ status: 'refused', finished_at: null },
      refusal: { code: 'INTERRUPTED' },
    });
    await stack.service('order-worker').start();
    await eventually('the shipment', async () => ((await ship()).status === 201 ? true : undefined));
    expect((await operation(location)).body).toMatchObject({ status: 'done', result: { status: 'shipped' } });
  });

  it('says that a cancellation is pending that a new run carries on', async () => {
    const { id, level } = await confirmedOrder(stack);
    const key = randomUUID();
    const lock = await holdLock(stack.databaseUrl, 'SELECT FROM inventory_levels WHERE variant_id = $1', [
      level.variant_id,
    ]);
    const location = await accepted(() => ask(`${pathOf(id)}/cancel`, {}, key));
    await lock.untilSomebodyWaits();
    await stack.temporal.workflow.getHandle(orderWorkflowId(id)).terminate('by a test');
    expect((await operation(location)).body).toMatchObject({ status: 'pending' });
    await lock.letGo();
    await eventually('the cancellation', async () =>
      (await ask(`${pathOf(id)}/cancel`, {}, key)).status === 200 ? true : undefined,
    );
    expect(await finished(location)).toMatchObject({ status: 'done', result: { status: 'cancelled' } });
  });

  it('is known to nobody else, and names nothing that was not asked for', async () => {
    const { id } = await confirmedOrder(stack);
    const lock = await holdOrder(id);
    const location = await accepted(() => ask(`${pathOf(id)}/fulfillments`, {}, id));
    const other = stack.apiAs({ tenantId: randomUUID(), orgId: randomUUID() });
    expect((await other.request('GET', location)).status).toBe(404);
    await lock.letGo();
    await finished(location);
    expect((await other.request('GET', location)).status).toBe(404);
    for (const text of [
      operationIdOf({ orderId: randomUUID(), commandId: randomUUID() }),
      'op_1',
      id,
      '%00',
    ]) {
      expect((await operation(`/api/v1/operations/${text}`)).status, text).toBe(404);
    }
  });

  it('says that it is pending while the database is away, and the result once it is back', async () => {
    const { id } = await confirmedOrder(stack);
    const key = randomUUID();
    await postgres.stop('immediate');
    const location = await accepted(() => ask(`${pathOf(id)}/fulfillments`, {}, key)).finally(async () => {
      expect(postgres.pid()).toBeUndefined();
    });
    expect(await operation(location)).toMatchObject({ status: 200, body: { status: 'pending' } });
    await postgres.start();
    expect(await finished(location)).toMatchObject({ status: 'done', result: { status: 'shipped' } });
    expect(await remainingImbalances(stack)).toEqual([]);
  });
});
