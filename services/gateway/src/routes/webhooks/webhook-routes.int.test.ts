import { once } from 'node:events';
import { connect } from 'node:net';

import type { PaymentNotification } from '@oms/domain';
import type { WebhookOutcome, WebhookReader, WebhookRequest } from '@oms/payments';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { RateLimitStore } from '../../rate-limit/rate-limit-store.js';
import { SlidingWindowStore } from '../../rate-limit/sliding-window-store.js';
import { errorOf, startTestGateway, type TestGateway } from '../../testing/test-gateway.js';

const notification = (eventId: string): PaymentNotification => ({
  provider: 'adyen',
  eventId,
  kind: 'captured',
  reference: 'PSPPAYMENT000001',
  occurredAt: '2026-11-21T10:00:00.000Z',
});

describe('a webhook of a payment provider', () => {
  let gateway: TestGateway;
  let outcome: WebhookOutcome;
  let isTemporalAway: boolean;
  const requests: WebhookRequest[] = [];
  const started: string[] = [];

  const reader = (name: WebhookReader['name']): WebhookReader => ({
    name,
    refusalOf: ({ authorization }) => (authorization === 'none' ? 'it has no password' : undefined),
    read: (request) => {
      requests.push(request);
      return Promise.resolve(outcome);
    },
  });

  beforeEach(async () => {
    requests.length = 0;
    started.length = 0;
    isTemporalAway = false;
    outcome = { kind: 'verified', notifications: [] };
    gateway = await startTestGateway({
      rateLimitMax: 1,
      trustProxy: 1,
      webhooks: { adyen: reader('adyen'), stripe: reader('stripe') },
      notifications: {
        receive: ({ eventId }) => {
          if (isTemporalAway) return Promise.reject(new Error('Temporal is away at 10.0.0.1'));
          started.push(eventId);
          return Promise.resolve();
        },
      },
    });
  });
  afterEach(() => gateway.close());

  const post = (provider: string, body: string, headers: Record<string, string> = {}) =>
    fetch(`${gateway.url}/webhooks/${provider}`, { method: 'POST', body, headers });

  it('reaches its reader byte by byte, whatever it says that it is', async () => {
    const body = '{ "a" :\t1.0 }\n\u00e9';
    await post('stripe', body, { 'content-type': 'text/xml', 'Stripe-Signature': 't=1' });
    expect(requests[0]?.body).toEqual(Buffer.from(body));
    expect(requests[0]?.headers['stripe-signature']).toBe('t=1');
  });

  it('is accepted once all that it said is handed on, in the words that the provider expects', async () => {
    outcome = { kind: 'verified', notifications: [notification('one'), notification('two')] };
    const adyen = await post('adyen', '{}');
    expect([adyen.status, await adyen.text()]).toEqual([200, '[accepted]']);
    expect(started).toEqual(['one', 'two']);
    const stripe = await post('stripe', '{}');
    expect([stripe.status, await stripe.json()]).toEqual([200, { received: 2 }]);
  });

  it('is refused when the provider did not send it', async () => {
    outcome = { kind: 'refused', message: 'it is not signed' };
    const answer = await post('adyen', '{}');
    expect([answer.status, await errorOf(answer)]).toEqual([400, 'it is not signed']);
    expect(started).toEqual([]);
  });

  it('is to be sent again when it cannot be checked now', async () => {
    outcome = { kind: 'unavailable', message: 'no certificate from 10.0.0.1', isSigned: false };
    const answer = await post('adyen', '{}');
    expect(answer.status).toBe(503);
    expect(await errorOf(answer)).not.toContain('10.0.0.1');
  });

  it('is to be sent again when Temporal does not take it', async () => {
    outcome = { kind: 'verified', notifications: [notification('one')] };
    isTemporalAway = true;
    const answer = await post('adyen', '{}');
    expect(answer.status).toBe(503);
    expect(await errorOf(answer)).not.toContain('10.0.0.1');
  });

  it('is not found where the provider is not configured, and taken by POST alone', async () => {
    const from = (address: string) => ({ headers: { 'x-forwarded-for': address } });
    expect((await post('paypal', '{}', from('10.0.0.1').headers)).status).toBe(404);
    expect((await post('square', '{}', from('10.0.0.2').headers)).status).toBe(404);
    expect((await fetch(`${gateway.url}/webhooks/adyen`, from('10.0.0.3'))).status).toBe(404);
  });

  it('is too large from 256 KB on', async () => {
    expect((await post('adyen', 'x'.repeat(256 * 1024))).status).toBe(200);
    const answer = await post('adyen', 'x'.repeat(256 * 1024 + 1));
    expect([answer.status, await errorOf(answer)]).toEqual([413, 'a webhook must not be larger than 256 KB']);
  });

  it('is refused unparsed when it is compressed, too deep, or too many things', async () => {
    const compressed = await post('adyen', '{}', {
      'content-encoding': 'gzip',
      'x-forwarded-for': '10.1.0.1',
    });
    expect([compressed.status, await errorOf(compressed)]).toEqual([
      400,
      expect.stringContaining('compressed'),
    ]);
    for (const [from, body] of [
      ['10.1.0.2', '['.repeat(33)],
      ['10.1.0.3', `[${'0,'.repeat(1_000)}0]`],
    ] as const) {
      const answer = await post('adyen', body, { 'x-forwarded-for': from });
      expect([answer.status, await errorOf(answer)]).toEqual([400, expect.stringMatching(/nested|entries/)]);
    }
    expect(requests).toEqual([]);
  });

  it('is refused by its headers before its body has arrived', async () => {
    const socket = connect(gateway.port, '127.0.0.1').setEncoding('utf8');
    socket.write(
      'POST /webhooks/adyen HTTP/1.1\r\nHost: x\r\nAuthorization: none\r\nContent-Length: 1000\r\n\r\n{',
    );
    const [answer] = (await once(socket, 'data')) as [string];
    socket.destroy();
    expect(answer).toMatch(/^HTTP\/1.1 400 [^]*it has no password/);
    expect(requests).toEqual([]);
  });

  describe('and the rate limit', () => {
    const signed: WebhookOutcome = { kind: 'verified', notifications: [] };
    const forged: WebhookOutcome = { kind: 'refused', message: 'it is not signed' };
    const send = async (what: WebhookOutcome, from = '10.0.0.1', provider = 'adyen') => {
      outcome = what;
      return (await post(provider, '{}', { 'x-forwarded-for': from })).status;
    };
    const list = async () =>
      (await gateway.get('/api/v1/oms/orders', { 'x-forwarded-for': '10.0.0.1' })).status;

    it('is not counted when it is signed, however many there are', async () => {
      for (let count = 0; count < 5; count += 1) expect(await send(signed)).toBe(200);
      expect([await list(), await list()]).toEqual([200, 429]);
      expect(await send(signed)).toBe(200);
    });

    it('is refused whatever it is, and unread, while its address has used up its refusals', async () => {
      expect(await send(forged)).toBe(400);
      expect(requests).toHaveLength(1);
      outcome = signed;
      const refused = await post('stripe', '{}', { 'x-forwarded-for': '10.0.0.1' });
      expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '60']);
      expect(refused.headers.get('x-ratelimit-remaining')).toBe('0');
      expect(await send(forged)).toBe(429);
      expect(requests).toHaveLength(1);
      // Other addresses have windows of their own, and so have other requests of this one.
      expect(await send(signed, '10.0.0.2')).toBe(200);
      expect(await list()).toBe(200);
      gateway.clock.nowMs += 60_000;
      expect(await send(signed)).toBe(200);
    });

    it('is answered before its body has arrived while its address has used up its refusals', async () => {
      expect(await send(forged)).toBe(400);
      const socket = connect(gateway.port, '127.0.0.1').setEncoding('utf8');
      socket.write(
        'POST /webhooks/adyen HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 10.0.0.1\r\nContent-Length: 1000\r\n\r\n{',
      );
      const [answer] = (await once(socket, 'data')) as [string];
      socket.destroy();
      expect(answer).toMatch(/^HTTP\/1.1 429 /);
    });

    it('is looked at no more often than that when many were begun before', async () => {
      outcome = forged;
      const windows = new SlidingWindowStore({ max: 1, windowMs: 60_000 });
      let begun = 0;
      const store: RateLimitStore = {
        hit: (client, nowMs) => windows.hit(client, nowMs),
        peek: (client, nowMs) => {
          if (client.startsWith('webhooks')) begun += 1;
          return windows.peek(client, nowMs);
        },
      };
      const webhooks = { adyen: reader('adyen') };
      const busy = await startTestGateway({ webhooks, rateLimit: { store, limit: 1, clock: () => 0 } });
      const head = 'POST /webhooks/adyen HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n';
      const sockets = Array.from({ length: 10 }, () => connect(busy.port, '127.0.0.1').setEncoding('utf8'));
      for (const socket of sockets) socket.write(`${head}{`);
      await expect.poll(() => begun).toBe(10);
      const answers = sockets.map((socket) => once(socket, 'data') as Promise<[string]>);
      for (const socket of sockets) socket.write('}');
      const statuses = (await Promise.all(answers)).map(([answer]) => answer.slice(9, 12)).sort();
      expect(statuses).toEqual(['400', ...Array.from({ length: 9 }, () => '429')]);
      expect(requests).toHaveLength(1);
      for (const socket of sockets) socket.destroy();
      await busy.close();
    });

    it('is limited by address when it is too large', async () => {
      const large = () => post('adyen', 'x'.repeat(256 * 1024 + 1), { 'x-forwarded-for': '10.0.0.1' });
      expect([(await large()).status, (await large()).status]).toEqual([413, 429]);
    });

    it('is limited by address while nobody can say who sent it, and not for what is missing of a signed one', async () => {
      const signedBut: WebhookOutcome = { kind: 'unavailable', message: 'no answer', isSigned: true };
      for (let count = 0; count < 3; count += 1) expect(await send(signedBut)).toBe(503);
      const unverified: WebhookOutcome = { kind: 'unavailable', message: 'no certificate', isSigned: false };
      expect([await send(unverified), await send(unverified)]).toEqual([503, 429]);
    });

    it.each([
      ['POST', 'square'],
      ['POST', 'paypal'],
      ['GET', 'adyen'],
    ])('is as every other request where there is no webhook: %s %s', async (method, provider) => {
      const ask = async () => (await fetch(`${gateway.url}/webhooks/${provider}`, { method })).status;
      expect([await ask(), await ask()]).toEqual([404, 429]);
    });
  });
});
