import { randomUUID } from 'node:crypto';

import { eventually } from '@oms/stack';
import { commerceOrderBody } from '@oms/testing';
import { useCommerceClient, usePostgres, useTestStack } from '@oms/testing/vitest';
import { describe, expect, it } from 'vitest';

describe('the Commerce API while something is away', () => {
  const postgres = usePostgres();
  const stack = useTestStack({
    postgres,
    env: { API_KEY_CACHE_MS: '0', RECORD_TIMEOUT_MS: '3000', ALLOCATION_TIMEOUT_MS: '4000' },
  });
  const commerce = useCommerceClient(stack);

  const stateOf = (id: unknown, status: string) =>
    eventually(
      `order ${String(id)} being ${status}`,
      async () => {
        const answer = await commerce.get(id);
        if (answer.status === 200 && answer.body['status'] === status) return answer.body;
        throw new Error(`it is ${answer.status} ${JSON.stringify(answer.body)}`);
      },
      { timeoutMs: 120_000 },
    );

  it('without PostgreSQL: accepts orders with recently used keys and SKUs, and is unavailable otherwise', async () => {
    const { sku, reserved } = await commerce.stocked(5);
    // Looked up now, believed for a while.
    expect((await commerce.post(commerceOrderBody(sku))).status).toBeLessThan(300);
    await postgres.stop('immediate');
    const unavailable = { status: 503, body: { error: expect.any(String) as string, code: 'UNAVAILABLE' } };
    const list = await commerce.list('');
    expect({ status: list.status, body: list.body }).toEqual(unavailable);
    expect(Number(list.headers.get('retry-after'))).toBeGreaterThan(0);
    const accepted = await commerce.post(commerceOrderBody(sku, { external_id: randomUUID() }));
    expect(accepted).toMatchObject({ status: 202, body: { status: 'pending' } });
    expect(await commerce.post(commerceOrderBody(`NEW-${randomUUID()}`))).toMatchObject(unavailable);
    const stranger = { authorization: `Bearer sk_${'A'.repeat(43)}` };
    expect(await commerce.request('GET', '', undefined, stranger)).toMatchObject(unavailable);
    await postgres.start();
    await stateOf(accepted.body['id'], 'pending');
    await eventually('the stock', async () => ((await reserved())[0] === 2 ? true : undefined));
  });

  it('answers 202 after the timeout for the stock, and shows the order’s outcome later', async () => {
    const [enough, short] = [await commerce.stocked(1), await commerce.stocked(1)];
    await stack.service('inventory-worker').stop();
    const answers = await Promise.all([
      commerce.post(commerceOrderBody(enough.sku)),
      commerce.post(
        commerceOrderBody(short.sku, { items: [{ sku: short.sku, quantity: 2, unit_price: 1 }] }),
      ),
    ]);
    expect(answers.map(({ status, body }) => [status, body['status']])).toEqual([
      [202, 'pending'],
      [202, 'pending'],
    ]);
    await stack.service('inventory-worker').start();
    await stateOf(answers[1]?.body['id'], 'cancelled');
    await stateOf(answers[0]?.body['id'], 'pending');
    await eventually('the stock', async () => ((await enough.reserved())[0] === 1 ? true : undefined));
  });
});
