import { readdir } from 'node:fs/promises';
import { get } from 'node:http';

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { nowhere, runGateway, type GatewayProcess } from './testing/gateway-process.js';
import { openRaw, type RawClient } from './testing/raw-client.js';

const clients: RawClient[] = [];
afterEach(() => {
  for (const { socket } of clients.splice(0)) socket.destroy();
});

async function open(port: number, text = ''): Promise<RawClient> {
  const client = await openRaw(port, text);
  clients.push(client);
  return client;
}

/** The status of an answer on a connection of its own; `undefined` when the connection is closed instead. */
function healthOf(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const request = get({ host: '127.0.0.1', port, path: '/healthz', agent: false });
    request.once('response', (response) => resolve(response.resume().statusCode));
    request.once('error', () => resolve(undefined));
  });
}

const connectRequest = 'CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n';
const healthRequest = 'GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n';
const upload = 'POST /api/v1/oms/orders HTTP/1.1\r\nHost: a\r\n';

/** Requests that get an answer, so that the client can also reset the connection after it. */
const answered = [
  ['a tunnel', connectRequest],
  ['a tunnel with bytes for its other end', `${connectRequest}${'x'.repeat(10_000)}`],
  ['a tunnel behind a request', `${healthRequest}${connectRequest}`],
  ['an upgrade', `${healthRequest.slice(0, -2)}Connection: Upgrade\r\nUpgrade: websocket\r\n\r\n`],
  ['no HTTP', 'HELO gateway\r\n\r\n'],
  ['no HTTP behind a request', `${healthRequest}HELO gateway\r\n\r\n`],
  ['fifty requests at once', healthRequest.repeat(50)],
  ['a large answer', 'GET /docs/swagger-ui-bundle.js HTTP/1.1\r\nHost: a\r\n\r\n'],
  ['an unknown expectation', `${upload}Content-Length: 9\r\nExpect: tea\r\n\r\n`],
  ['half a body', `${upload}Content-Length: 9\r\n\r\n{`],
  ['half a chunk', `${upload}Transfer-Encoding: chunked\r\n\r\nff\r\n{`],
] as const;
const unanswered = [
  ['nothing', ''],
  ['half a request line', 'GET /heal'],
  ['half the headers', 'GET /healthz HTTP/1.1\r\nHost: a\r\n'],
] as const;

describe('a client that resets its connection', () => {
  let gateway: GatewayProcess;
  let port: number;
  beforeAll(async () => {
    gateway = runGateway({ ...nowhere, RATE_LIMIT_MAX: '10000000' });
    port = await gateway.listening;
  });
  afterAll(() => {
    gateway.child.kill('SIGKILL');
  });

  /** The process that was started still runs, and answers. */
  async function expectAlive(): Promise<void> {
    expect([await healthOf(port), await healthOf(port), gateway.child.exitCode]).toEqual([200, 200, null]);
  }

  it.each([...answered, ...unanswered])('after sending %s → the gateway serves on', async (_what, text) => {
    for (let n = 0; n < 20; n += 1) (await open(port, text)).socket.resetAndDestroy();
    await expectAlive();
  });

  it.each(answered)('when the answer to %s begins → the gateway serves on', async (_what, text) => {
    for (let n = 0; n < 5; n += 1) {
      const client = await open(port, text);
      await expect.poll(() => client.received() !== '' || client.isEnded(), { interval: 1 }).toBe(true);
      client.socket.resetAndDestroy();
    }
    await expectAlive();
  });

  it.each([answered[0], answered[4]])(
    'when the gateway has closed its side after %s → the gateway serves on',
    async (_what, text) => {
      for (let n = 0; n < 5; n += 1) {
        const client = await open(port, text);
        await expect.poll(() => client.isEnded(), { interval: 1 }).toBe(true);
        client.socket.resetAndDestroy();
      }
      await expectAlive();
    },
  );
});

describe('the bounds of connections', () => {
  let gateway: GatewayProcess | undefined;
  afterEach(() => {
    gateway?.child.kill('SIGKILL');
  });

  function run(env: Readonly<Record<string, string>>): Promise<number> {
    gateway = runGateway(env);
    return gateway.listening;
  }

  it('MAX_CONNECTIONS and MAX_CONNECTIONS_PER_CLIENT set them; a log line counts dropped connections', async () => {
    const port = await run({ ...nowhere, MAX_CONNECTIONS: '4', MAX_CONNECTIONS_PER_CLIENT: '2' });
    const [first] = [await open(port), await open(port)];
    expect(await healthOf(port)).toBeUndefined();
    const line = () => gateway?.lines.find((text) => text.includes('connections were dropped'));
    await expect.poll(line).toContain('"dropped":{"server_full":0,"client_full":1,"not_accepted":0}');
    // Addresses of clients are personal data.
    expect(line()).not.toContain('127.0.0.1');

    first.socket.destroy();
    await expect.poll(() => healthOf(port)).toBe(200);
  });

  it.runIf(process.platform === 'linux')(
    'a refused client that never closes → its file descriptor is freed',
    async () => {
      const port = await run(nowhere);
      const descriptors = async () => (await readdir(`/proc/${gateway?.child.pid}/fd`)).length;
      const before = await descriptors();
      for (let n = 0; n < 50; n += 1) await open(port, n % 2 === 0 ? connectRequest : 'HELO gateway\r\n\r\n');
      await expect.poll(() => clients.every((client) => client.isEnded())).toBe(true);
      // Attempts to reach PostgreSQL and Temporal use a few descriptors for moments.
      await expect.poll(descriptors).toBeLessThan(before + 10);
    },
  );
});
