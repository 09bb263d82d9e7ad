import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';

import { afterEach, describe, expect, it } from 'vitest';

import { errorOf, startTestGateway, type TestGateway } from '../testing/test-gateway.js';
import { mintToken } from '../testing/tokens.js';

const path = '/api/v1/oms/orders';
let gateway: TestGateway;
afterEach(() => gateway.close());

const limitHeaders = (response: Response) => ({
  limit: response.headers.get('x-ratelimit-limit'),
  remaining: response.headers.get('x-ratelimit-remaining'),
  retryAfter: response.headers.get('retry-after'),
});

describe('the rate limit', () => {
  it('counts down, refuses with 429 and Retry-After, and admits again when the window has moved on', async () => {
    gateway = await startTestGateway({ rateLimitMax: 3 });
    for (const remaining of ['2', '1', '0']) {
      expect(limitHeaders(await gateway.get(path))).toEqual({ limit: '3', remaining, retryAfter: null });
      gateway.clock.nowMs += 10_000;
    }
    const refused = await gateway.get(path);
    expect(refused.status).toBe(429);
    expect(limitHeaders(refused)).toEqual({ limit: '3', remaining: '0', retryAfter: '30' });
    expect(await errorOf(refused)).toBe('too many requests; retry after 30 s');

    gateway.clock.nowMs += 29_999;
    expect((await gateway.get(path)).status).toBe(429);
    gateway.clock.nowMs += 1;
    expect((await gateway.get(path)).status).toBe(200);
    expect((await gateway.get(path)).status).toBe(429);
  });

  it('lets exactly the limit pass when all arrive at once', async () => {
    gateway = await startTestGateway({ rateLimitMax: 10 });
    const answers = await Promise.all(Array.from({ length: 30 }, () => gateway.get(path)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(10);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(20);
  });

  it('counts requests that are refused for other reasons too, before any token is verified', async () => {
    gateway = await startTestGateway({ rateLimitMax: 3 });
    expect((await gateway.get(path, { authorization: 'Bearer guess' })).status).toBe(401);
    expect((await gateway.get('/nowhere')).status).toBe(404);
    expect((await gateway.get('/%zz')).status).toBe(400);
    expect((await gateway.get(path, { authorization: 'Bearer guess' })).status).toBe(429);
  });

  it('counts bytes that are not a request as well', async () => {
    gateway = await startTestGateway({ rateLimitMax: 2 });
    const send = async (): Promise<string> => {
      const socket = connect(gateway.port, '127.0.0.1').setEncoding('utf8');
      let answer = '';
      socket.on('data', (text: string) => (answer += text));
      socket.write('no request\r\n\r\n');
      await once(socket, 'close');
      return answer;
    };
    expect(await send()).toMatch(/^HTTP\/1.1 400 [^]*X-RateLimit-Remaining: 1\r\n[^]*\{"error":/);
    expect(await send()).toMatch(/^HTTP\/1.1 400 [^]*X-RateLimit-Remaining: 0\r\n/);
    expect(await send()).toMatch(/^HTTP\/1.1 429 [^]*Retry-After: 60\r\n/);
  });

  it('never refuses a probe, whose answer still shows the limit', async () => {
    gateway = await startTestGateway({ rateLimitMax: 1 });
    for (let probe = 0; probe < 5; probe += 1) {
      const response = await gateway.get('/healthz');
      expect([response.status, limitHeaders(response)]).toEqual([
        200,
        { limit: '1', remaining: '1', retryAfter: null },
      ]);
    }
    expect((await gateway.get(path)).status).toBe(200);
    expect((await gateway.get('/readyz')).status).toBe(200);
    expect((await gateway.get(path)).status).toBe(429);
  });

  it('ignores an address that a client claims', async () => {
    gateway = await startTestGateway({ rateLimitMax: 1 });
    expect((await gateway.get(path, { 'x-forwarded-for': '203.0.113.1' })).status).toBe(200);
    expect((await gateway.get(path, { 'x-forwarded-for': '203.0.113.2' })).status).toBe(429);
  });

  it('uses the addresses from a trusted proxy, and counts each of its clients', async () => {
    gateway = await startTestGateway({ rateLimitMax: 1, trustProxy: 1 });
    expect((await gateway.get(path, { 'x-forwarded-for': '203.0.113.1' })).status).toBe(200);
    expect((await gateway.get(path, { 'x-forwarded-for': '203.0.113.2' })).status).toBe(200);
    // The client's own entry is further left and is ignored.
    expect((await gateway.get(path, { 'x-forwarded-for': '198.51.100.9, 203.0.113.1' })).status).toBe(429);
  });

  it('counts one client once, with any port that its proxy adds to its address', async () => {
    gateway = await startTestGateway({ rateLimitMax: 1, trustProxy: 1 });
    const from = async (address: string) => (await gateway.get(path, { 'x-forwarded-for': address })).status;
    expect([await from('198.51.100.8:1000'), await from('198.51.100.8:1001')]).toEqual([200, 429]);
    expect([await from('[2001:db8::1]:443'), await from('2001:db8::2')]).toEqual([200, 429]);
  });

  it('finds the client behind a trusted proxy whose address has a port', async () => {
    gateway = await startTestGateway({ rateLimitMax: 1, trustProxy: ['loopback', '10.0.0.0/8'] });
    const from = async (chain: string) => (await gateway.get(path, { 'x-forwarded-for': chain })).status;
    expect(await from('203.0.113.1, 10.0.0.1:443')).toBe(200);
    expect(await from('203.0.113.2, 10.0.0.1:444')).toBe(200);
    expect(await from('203.0.113.1, 10.0.0.1:445')).toBe(429);
  });

  it('refuses an invalid forwarded address, and counts it for the proxy that sent it', async () => {
    gateway = await startTestGateway({ rateLimitMax: 2, trustProxy: 1 });
    const from = async (address: string) => (await gateway.get(path, { 'x-forwarded-for': address })).status;
    const refused = await gateway.get(path, { 'x-forwarded-for': 'unknown' });
    expect(refused.status).toBe(400);
    expect(await errorOf(refused)).toBe('X-Forwarded-For: must name the client by its IP address');
    expect([await from('_a'), await from('_b')]).toEqual([400, 429]);
    expect(await from('203.0.113.1')).toBe(200);
  });

  describe('by principal', () => {
    const start = async () => {
      gateway = await startTestGateway({ rateLimitMax: 5, trustProxy: 1, principalMax: 2 });
    };
    const ask = (address: string, authorization?: string, changes: Readonly<Record<string, string>> = {}) =>
      gateway.get(path, {
        'x-forwarded-for': address,
        ...(authorization === undefined ? {} : { authorization }),
        ...changes,
      });
    const tokenOf = (claims: Readonly<Record<string, unknown>>): string =>
      `Bearer ${mintToken(gateway.identity, claims)}`;

    it('refuses requests over its limit, from any addresses, with the reason', async () => {
      await start();
      expect((await ask('203.0.113.1')).status).toBe(200);
      expect((await ask('203.0.113.2')).status).toBe(200);
      const refused = await ask('203.0.113.3');
      expect(refused.status).toBe(429);
      expect(limitHeaders(refused)).toEqual({ limit: '2', remaining: '0', retryAfter: '60' });
      gateway.clock.nowMs += 60_000;
      expect((await ask('203.0.113.3')).status).toBe(200);
    });

    it('counts each subject of each tenant separately', async () => {
      await start();
      const other = { tenant_id: randomUUID() };
      expect([(await ask('203.0.113.1')).status, (await ask('203.0.113.1')).status]).toEqual([200, 200]);
      expect((await ask('203.0.113.1', tokenOf({ sub: 'user-2' }))).status).toBe(200);
      const ofOther = await ask('203.0.113.1', tokenOf(other), { 'x-tenant-id': other.tenant_id });
      expect(ofOther.status).toBe(200);
      expect((await ask('203.0.113.1')).status).toBe(429);
    });

    it('shows in the headers the limit that leaves less', async () => {
      await start();
      expect(limitHeaders(await ask('203.0.113.1'))).toMatchObject({ limit: '2', remaining: '1' });
      for (const sub of ['a', 'b', 'c']) await ask('203.0.113.1', tokenOf({ sub }));
      expect(limitHeaders(await ask('203.0.113.1', tokenOf({ sub: 'd' })))).toMatchObject({
        ...{ limit: '5', remaining: '0' },
      });
    });

    it('counts no request that is not authenticated', async () => {
      await start();
      const expired = `Bearer ${mintToken(gateway.identity, {}, { expiresIn: -60 })}`;
      for (const address of ['203.0.113.1', '203.0.113.2', '203.0.113.3']) {
        expect((await ask(address, expired)).status).toBe(401);
      }
      expect((await ask('203.0.113.4')).status).toBe(200);
    });

    it('does not limit without configuration', async () => {
      gateway = await startTestGateway({ rateLimitMax: 1, trustProxy: 1 });
      for (let last = 1; last <= 20; last += 1) expect((await ask(`203.0.113.${last}`)).status).toBe(200);
    });
  });

  it('lets requests pass while its store fails, and logs it', async () => {
    const unable = () => Promise.reject(new Error('the store is away'));
    gateway = await startTestGateway({
      rateLimit: { store: { hit: unable, peek: unable }, limit: 7, clock: () => 0 },
    });
    const response = await gateway.get(path);
    expect([response.status, limitHeaders(response)]).toEqual([
      200,
      { limit: '7', remaining: '7', retryAfter: null },
    ]);
    expect(gateway.lines).toContainEqual(
      expect.objectContaining({ level: 50, msg: expect.stringContaining('rate limit') as string }),
    );
  });
});
