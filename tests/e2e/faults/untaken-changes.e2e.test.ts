import { randomUUID } from 'node:crypto';

import { eventually } from '@oms/stack';
import { confirmedOrder, holdLock } from '@oms/testing';
import { useTestStack } from '@oms/testing/vitest';
import { describe, expect, it } from 'vitest';

describe('a change that is not done in time', () => {
  const stack = useTestStack({ env: { CHANGE_TIMEOUT_MS: '1000' } });

  const ship = (id: string, key: string) =>
    stack.api.request('POST', `/api/v1/oms/orders/${id}/fulfillments`, {}, { 'idempotency-key': key });

  /** The client of the API asks again under its key, as it was told to, until it is answered. */
  const shipUntilAnswered = (id: string, key: string) =>
    eventually('the shipment', async () => {
      const answer = await ship(id, key);
      return answer.status === 201 ? answer : undefined;
    });

  it('is not answered as accepted before a worker has taken it, and is made once when requested again', async () => {
    const { id } = await confirmedOrder(stack, 5);
    const key = randomUUID();
    await stack.service('order-worker').stop('SIGKILL');
    const answer = await ship(id, key);
    expect(answer.status).toBe(500);
    expect(answer.body['error']).toContain('retry with the same Idempotency-Key');
    expect(await stack.api.getOrder(id)).toMatchObject({ body: { status: 'confirmed' } });
    await stack.service('order-worker').start();
    await shipUntilAnswered(id, key);
    const { body } = await stack.api.request('GET', `/api/v1/oms/orders/${id}/fulfillments`);
    expect(body['fulfillments']).toHaveLength(1);
    expect(await stack.api.settledProof(id)).toMatchObject({ status: 'shipped', balances: true });
  });

  it('is accepted once the order has taken it, and completes by itself', async () => {
    const { id, level } = await confirmedOrder(stack, 5);
    const key = randomUUID();
    const cancel = () =>
      stack.api.request('POST', `/api/v1/oms/orders/${id}/cancel`, {}, { 'idempotency-key': key });
    const lock = await holdLock(stack.databaseUrl, 'SELECT FROM inventory_levels WHERE variant_id = $1', [
      level.variant_id,
    ]);
    // A worker that is slow to take it in leaves it open whether it will.
    const accepted = await eventually('the cancellation being taken in', async () => {
      const answer = await cancel();
      return answer.status === 500 ? undefined : answer;
    });
    expect(accepted).toMatchObject({ status: 202, body: { id, status: 'accepted' } });
    await lock.letGo();
    await stack.orderReaching(id, ['cancelled']);
    const again = await eventually('the cancellation', async () => {
      const answer = await cancel();
      return answer.status === 200 ? answer : undefined;
    });
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(await stack.api.settledProof(id)).toMatchObject({ status: 'cancelled', balances: true });
  });
});
