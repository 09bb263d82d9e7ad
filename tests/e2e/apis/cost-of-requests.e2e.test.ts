import { randomBytes, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Agent, request as httpRequest } from 'node:http';
import { gzipSync } from 'node:zlib';

import { adyenLogin, createApiKeyOf } from '@oms/testing';
import { useTestStack } from '@oms/testing/vitest';
import { describe, expect, it } from 'vitest';

/**
 * The greatest processor time of a refusal, as a multiple of a plain refusal on the same route. A large body is
 * compared with a plain one of the same length, because both must be read.
 */
const mostTimes = 20;
const largeBytes = 64 * 1024;
/** The gateway's processor time of one measurement, in hundredths of a second, the unit of Linux. */
const measuredTicks = 10;

type Headers = Readonly<Record<string, string>>;
interface Sent {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Headers;
  readonly body?: Buffer | string;
  /** The client's address as a proxy reports it. Left out: an address that no other request has. */
  readonly from?: (newAddress: string) => string;
}
/** A request, and the status that refuses it. */
type Refused = readonly [status: number, sent: Sent];
type To = (body: Buffer | string, headers?: Headers) => Sent;

const kilobyte = 1024;
const megabyte = 1024 * kilobyte;
const repeat = (unit: string, length: number): string => unit.repeat(Math.floor(length / unit.length));
const members = (count: number): string =>
  Array.from({ length: count }, (_, at) => `"${at.toString(36)}":1`).join();
const lengthOf = ({ body }: Sent): number => (body === undefined ? 0 : Buffer.byteLength(body));

/** The most expensive known bodies of up to this length. */
const worstBodies = (length: number, to: To): Readonly<Record<string, Refused>> => ({
  'arrays in arrays': [400, to(repeat('[', length))],
  'zeros for lines': [400, to(`{"items":[${repeat('0,', length - 40)}0]}`)],
  'lines of unknown fields': [400, to(`{"items":[${repeat(`{${members(9)}},`, 50_000)}{}]}`)],
  'unknown fields': [400, to(`{${members(length / 12)}}`)],
  'long texts of escapes': [400, to(`{"a":[${repeat(`"${'\\"'.repeat(30_000)}",`, length - 20)}0]}`)],
  'a number as long as may be': [400, to(`{"tax_amount":${repeat('1', Math.min(length, megabyte) - 40)}}`)],
});

const otherBodies = (length: number, to: To): Readonly<Record<string, Refused>> => ({
  'objects in objects': [400, to(repeat('{"a":', length))],
  'compressed arrays': [400, to(gzipSync(repeat('[', length)), { 'content-encoding': 'gzip' })],
  'as many zeros as may be': [400, to(`{"items":[${repeat('0,', 1_998)}0]}`)],
  'as many empty lines as may be': [400, to(`{"items":[${repeat('{},', 2_997)}{}]}`)],
  'as many unknown fields as may be': [400, to(`{${members(1_000)}}`)],
  'one long text': [400, to(`{"channel":"${repeat('x', length - 20)}"}`)],
  'one text of escapes': [400, to(`{"channel":"${repeat('\\u0000', length - 20)}"}`)],
  'long texts': [400, to(`{"a":[${repeat(`"${'x'.repeat(60_000)}",`, length - 20)}0]}`)],
  'long names': [400, to(`{${repeat(`"${'x'.repeat(60_000)}":1,`, length - 20)}"a":1}`)],
  'one long number': [400, to(`{"tax_amount":${repeat('1', length - 40)}}`)],
  spaces: [400, to(`[${repeat(' ', length - 2)}]`)],
  'bytes that are no text': [400, to(randomBytes(length))],
});

// Only Linux shows the processor time of another process.
describe.runIf(process.platform === 'linux')('the processor time of a request', () => {
  const stack = useTestStack({
    services: ['payment-simulator', 'order-worker', 'gateway'],
    env: { RATE_LIMIT_MAX: '50', TRUST_PROXY: '1', LOG_LEVEL: 'warn' },
  });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  let addresses = 0;

  function send({ method = 'POST', path, headers = {}, body, from }: Sent): Promise<number> {
    addresses += 1;
    const newAddress = `10.${(addresses >> 16) & 255}.${(addresses >> 8) & 255}.${addresses & 255}`;
    return new Promise((resolve, reject) => {
      const outgoing = httpRequest(`${stack.gatewayUrl}${path}`, {
        ...{ method, agent },
        headers: {
          'x-forwarded-for': from ? from(newAddress) : newAddress,
          'content-type': 'application/json',
          ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }),
          ...headers,
        },
      });
      outgoing.once('response', (response) => {
        response.once('end', () => {
          resolve(response.statusCode ?? 0);
        });
        response.once('error', reject).resume();
      });
      outgoing.once('error', reject).end(body);
    });
  }

  /** The gateway's processor time so far, user and system (`man proc_pid_stat`). */
  function ticks(): number {
    const stat = readFileSync(`/proc/${stack.service('gateway').pid() ?? 0}/stat`, 'utf8');
    const afterName = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return Number(afterName[11]) + Number(afterName[12]);
  }

  /** @returns ticks per request, after a warm-up for the compiler */
  async function costOf([status, sent]: Refused): Promise<number> {
    const warm = ticks() + measuredTicks / 2;
    while (ticks() < warm) expect(await send(sent)).toBe(status);
    const before = ticks();
    for (let count = 1; ; count += 1) {
      expect(await send(sent)).toBe(status);
      const used = ticks() - before;
      if (used >= measuredTicks) return used / count;
    }
  }

  /**
   * Names every request that takes too long, with its multiple of a plain refusal. What seems to take too long is measured again
   * beside the plain refusal: other processes of the machine disturb both.
   *
   * @param plain the cheapest refusal
   * @param large the same refusal, with a body as long as the longest of the others
   */
  async function expectBounded(
    plain: Sent,
    others: Readonly<Record<string, Refused>>,
    large?: Sent,
  ): Promise<void> {
    const baseOf = async () => {
      const base = await costOf([400, plain]);
      return { base, largeBase: large === undefined ? base : await costOf([400, large]) };
    };
    const timesOf = async (refused: Refused, { base, largeBase }: Awaited<ReturnType<typeof baseOf>>) => {
      const isLarge = large !== undefined && lengthOf(refused[1]) > largeBytes;
      // A body that is shorter than the longest takes less to take in.
      const share = isLarge ? lengthOf(refused[1]) / lengthOf(large) : 0;
      return (await costOf(refused)) / (base + share * (largeBase - base));
    };
    const base = await baseOf();
    const times: Record<string, number> = {};
    for (const [name, refused] of Object.entries(others)) {
      let least = await timesOf(refused, base);
      for (let again = 0; again < 2 && least > mostTimes; again += 1)
        least = Math.min(least, await timesOf(refused, await baseOf()));
      times[name] = least;
    }
    expect(Object.entries(times).filter(([, cost]) => cost > mostTimes)).toEqual([]);
  }

  const token = (): Headers => ({
    authorization: `Bearer ${stack.token({})}`,
    'x-tenant-id': stack.tenantId,
    'x-org-id': stack.orgId,
  });
  const unread: Headers = { 'content-type': 'text/plain' };

  it('that places an order is bounded, with any body', async () => {
    const to: To = (body, headers) => ({
      ...{ path: '/api/v1/oms/orders', body, headers: { ...token(), ...headers } },
    });
    const length = 10 * megabyte;
    await expectBounded(
      to('[]'),
      {
        ...worstBodies(length, to),
        ...otherBodies(length, to),
        'too many bytes': [413, to(repeat('x', length + 1))],
      },
      to(repeat('x', length), unread),
    );
  });

  it.each([
    ['a draft', 'POST', '/api/v1/sales/orders', 10 * megabyte],
    ['an edit of a draft', 'PATCH', '/api/v1/sales/orders/so_01jm5xqvz3e6q8m5x1y2z3a4b5', 10 * megabyte],
    ['a return', 'POST', `/api/v1/oms/orders/${randomUUID()}/returns`, megabyte],
    ['a product', 'POST', '/api/v1/sales/products', megabyte],
    ['settings', 'PATCH', '/api/v1/oms/settings', megabyte],
  ])('that asks for %s is bounded, whatever its body', async (_what, method, path, length) => {
    const to: To = (body, headers) => ({ method, path, body, headers: { ...token(), ...headers } });
    await expectBounded(to('[]'), worstBodies(length, to), to(repeat('x', length), unread));
  });

  it('that places an order with an API key is bounded, with any body', async () => {
    const authorization = `Bearer ${await createApiKeyOf(stack.api)}`;
    const to: To = (body, headers) => ({ path: '/v1/orders', body, headers: { authorization, ...headers } });
    const length = 10 * megabyte;
    await expectBounded(to('[]'), worstBodies(length, to), to(repeat('x', length), unread));
  });

  it.each(['/api/v1/oms/orders', '/api/v1/sales/orders', '/api/v1/sales/products', '/api/v1/sales/invoices'])(
    'for the list %s is bounded, with any query',
    async (path) => {
      const get = (query: string): Sent => ({ method: 'GET', path: `${path}?${query}`, headers: token() });
      const longest = 14 * 1_000;
      await expectBounded(get('limit=x'), {
        'many statuses': [400, get(`status=${members(1_800).replaceAll(/":1|"/g, '')}`)],
        'a status again and again': [400, get(repeat('status=x&', longest))],
        'many parameters': [400, get(Array.from({ length: 1_500 }, (_, at) => `p${at}=1`).join('&'))],
        'one long parameter': [400, get(`cursor=${repeat('A', longest)}`)],
        'a cursor of arrays': [400, get(`cursor=${Buffer.from(repeat('[', 380)).toString('base64url')}`)],
        'a long number': [400, get(`limit=${repeat('1', longest)}`)],
        escapes: [400, get(`cursor=${repeat('%41', longest)}`)],
      });
    },
  );

  it('is bounded, with any headers and token', async () => {
    const get = (headers: Headers, from?: Sent['from']): Sent => ({
      ...{ method: 'GET', path: '/api/v1/oms/orders?limit=x', headers: { ...token(), ...headers } },
      ...(from ? { from } : {}),
    });
    const bearer = (text: string): Sent => get({ authorization: `Bearer ${text}` });
    const jwt = (...parts: readonly string[]): Sent =>
      bearer(parts.map((part) => Buffer.from(part).toString('base64url')).join('.'));
    const header = '{"alg":"HS256","typ":"JWT"}';
    const many = Array.from({ length: 900 }, (_, at) => [`x-${at}`, '1'] as const);
    await expectBounded(get({}), {
      'many proxies': [400, get({}, (address) => `${repeat('10.0.0.1, ', 12_000)}, ${address}`)],
      'proxies that are none': [400, get({}, (address) => `${repeat(':,', 12_000)}, ${address}`)],
      'a long request id': [400, get({ 'x-request-id': repeat('x', 12_000) })],
      'many headers': [400, get(Object.fromEntries(many))],
      'a tenant that is none': [400, get({ 'x-tenant-id': repeat('a', 12_000) })],
      'a long token': [401, bearer(repeat('a', 12_000))],
      'a token of points': [401, bearer(repeat('.', 8_000))],
      'a token after many spaces': [401, bearer(`${repeat(' ', 12_000)}a b`)],
      'a forged token': [401, jwt(header, '{}', 'x'.repeat(32))],
      'a token of arrays': [401, jwt(header, repeat('[', 5_500), 'x'.repeat(32))],
      'a token whose header is arrays': [401, jwt(repeat('[', 5_500), '{}', 'x'.repeat(32))],
    });
  });

  describe('of a webhook', () => {
    const length = 256 * kilobyte;
    const hostile = (to: To): Readonly<Record<string, Refused>> => ({
      ...worstBodies(length, to),
      'compressed arrays': [400, to(gzipSync(repeat('[', 10 * megabyte)), { 'content-encoding': 'gzip' })],
      'long texts': [400, to(`{"a":[${repeat(`"${'x'.repeat(60_000)}",`, length - 20)}0]}`)],
      'too many bytes': [413, to(repeat('x', length + 1))],
    });

    it('of Adyen is bounded, even with the right password', async () => {
      const to: To = (body, headers) => ({
        ...{ path: '/webhooks/adyen', body, headers: { ...adyenLogin(stack), ...headers } },
      });
      const items = (item: string, count: number): Sent => {
        const wrapped = `{"NotificationRequestItem":${item}}`;
        return to(`{"notificationItems":[${Array.from({ length: count }, () => wrapped).join()}]}`);
      };
      const text = repeat('x', 60_000);
      const unsigned = `{"pspReference":"${text}","additionalData":{"hmacSignature":"${text}"}}`;
      await expectBounded(to('{}'), {
        ...hostile(to),
        'zeros for items': [400, to(`{"notificationItems":[${repeat('0,', length - 40)}0]}`)],
        'a megabyte of zeros for items': [413, to(`{"notificationItems":[${repeat('0,', megabyte)}0]}`)],
        'items of nothing': [400, items('{}', 100)],
        'items of unknown members': [400, items(`{${members(80)}}`, 100)],
        'long texts that may be signed': [400, items(unsigned, 2)],
        'no password': [400, to(repeat('[', length), { authorization: '' })],
      });
    });

    it('of Stripe is bounded', async () => {
      const to: To = (body, headers) => {
        const time = Math.floor(Date.now() / 1_000);
        const signature = `t=${time},${repeat(`v1=${'0'.repeat(64)},`, 980)}`;
        return { path: '/webhooks/stripe', body, headers: { 'stripe-signature': signature, ...headers } };
      };
      await expectBounded(to('{}'), {
        ...hostile(to),
        'many signatures': [400, to('{}', { 'stripe-signature': repeat('v1=0,', 12_000) })],
      });
    });

    it('of PayPal is bounded, whether its certificate is known or nowhere', async () => {
      const certificates = `${stack.simulatorUrl}/paypal/v1/notifications/certs`;
      const to: To = (body, headers) => ({
        ...{ path: '/webhooks/paypal', body },
        headers: {
          'paypal-auth-algo': 'SHA256withRSA',
          'paypal-cert-url': `${certificates}/CERT-SIMULATOR`,
          'paypal-transmission-id': randomUUID(),
          'paypal-transmission-time': new Date().toISOString(),
          'paypal-transmission-sig': repeat('A', 344),
          ...headers,
        },
      });
      await expectBounded(to('{}'), {
        ...hostile(to),
        'a certificate that is nowhere': [503, to('{}', { 'paypal-cert-url': `${certificates}/none` })],
        'a long signature': [400, to('{}', { 'paypal-transmission-sig': repeat('A', 12_000) })],
      });
    });

    it('of an address above its limit of refusals costs only the answer', async () => {
      const path = '/webhooks/stripe';
      const from = (): string => '203.0.113.77';
      for (let refusal = 0; refusal < 50; refusal += 1) expect(await send({ path, from })).toBe(400);
      await expectBounded(
        { path },
        {
          'nothing much': [429, { path, from, body: '{}' }],
          'as much as may be': [429, { path, from, body: repeat('[', length) }],
          'much more': [429, { path, from, body: repeat('[', megabyte) }],
        },
      );
    });
  });
});
