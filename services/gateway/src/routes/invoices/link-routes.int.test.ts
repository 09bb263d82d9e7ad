import { afterAll, beforeAll, expect, it } from 'vitest';

import { startTestGateway, type TestGateway } from '../../testing/test-gateway.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.close());

it('logs a request of a link without its token', async () => {
  const token = 'WyJhIl0.c2lnbmF0dXJl';
  const answer = await fetch(`${gateway.url}/links/invoice?token=${token}`);
  expect([answer.status, await answer.json()]).toEqual([
    404,
    { error: 'this link has expired or is not valid', code: 'NOT_FOUND' },
  ]);
  await expect.poll(() => JSON.stringify(gateway.lines)).toContain('"path":"/links/invoice"');
  expect(JSON.stringify(gateway.lines)).not.toContain(token);
});

it('counts requests of links towards the limit of their address', async () => {
  const limited = await startTestGateway({ rateLimitMax: 2 });
  const statuses: number[] = [];
  for (let count = 0; count < 3; count += 1) {
    statuses.push((await fetch(`${limited.url}/links/invoice?token=x`)).status);
  }
  await limited.close();
  expect(statuses).toEqual([404, 404, 429]);
});
