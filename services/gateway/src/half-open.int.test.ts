import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { orderBody } from './testing/orders.js';
import { openRaw, type RawClient } from './testing/raw-client.js';
import { startTestGateway, type TestGateway } from './testing/test-gateway.js';

/** Shorter than the service's own, to keep the test short. */
const timeouts = { headersTimeoutMs: 100, requestTimeoutMs: 300, checkIntervalMs: 20 };

/** So long that only the deadline of a refusal ends a connection. */
const patience = { headersTimeoutMs: 3_600_000, requestTimeoutMs: 3_600_000 };

const clients: RawClient[] = [];
/** The gateway's ends of the connections. */
let accepted: Socket[] = [];
const onAccepted = (message: unknown): void => void accepted.push((message as { socket: Socket }).socket);
let gateway: TestGateway | undefined;

beforeEach(() => {
  accepted = [];
  subscribe('net.server.socket', onAccepted);
});
afterEach(async () => {
  unsubscribe('net.server.socket', onAccepted);
  for (const { socket } of clients.splice(0)) socket.destroy();
  await gateway?.close();
});

async function start(options: Parameters<typeof startTestGateway>[0]): Promise<TestGateway> {
  gateway = await startTestGateway(options);
  return gateway;
}

async function open(port: number, text = '', options: { readonly reads?: boolean } = {}): Promise<RawClient> {
  const client = await openRaw(port, text, options);
  clients.push(client);
  return client;
}

/** The head of a request for an order by an administrator. */
function authorized({ headers }: TestGateway, length: number): string {
  const lines = Object.entries({
    ...headers,
    host: 'a',
    'content-type': 'application/json',
    'content-length': length,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `POST /api/v1/oms/orders HTTP/1.1\r\n${lines.join('')}\r\n`;
}

const areLetGo = () => expect.poll(() => accepted.map(({ destroyed }) => destroyed));

describe('a client that never closes its side', () => {
  it.each([
    ['nothing', () => ''],
    ['half a request line', () => 'GET /heal'],
    ['half the headers', () => 'GET /healthz HTTP/1.1\r\nHost: a\r\n'],
    ['half the headers of a second request', () => 'GET /healthz HTTP/1.1\r\nHost: a\r\n\r\nGET /'],
    [
      'half a body without a token',
      () => `POST /api/v1/oms/orders HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n{`,
    ],
    ['half a body with a token', (running: TestGateway) => `${authorized(running, 9)}{`],
  ])('when its time is over after %s → is let go', async (_what, text) => {
    const running = await start({ bounds: timeouts });
    await open(running.port, text(running));
    await areLetGo().toEqual([true]);
  });

  it.each([
    ['no HTTP', 'HELO gateway\r\n\r\n'],
    ['more headers than are read', `GET / HTTP/1.1\r\nX: ${'x'.repeat(20_000)}`],
    ['a tunnel', 'CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['a tunnel and bytes', `CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n${'x'.repeat(100_000)}`],
  ])('when it was refused for %s → is let go', async (_what, text) => {
    const { port } = await start({ bounds: patience });
    await open(port, text);
    await areLetGo().toEqual([true]);
  });

  it('and never reads the answer → is let go', async () => {
    const { port } = await start({ bounds: { silenceTimeoutMs: 100 } });
    await open(port, 'GET /docs/swagger-ui-bundle.js HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(20), {
      reads: false,
    });
    await areLetGo().toEqual([true]);
  });

  it('gets its refusal before it is let go', async () => {
    const { port } = await start({ bounds: timeouts });
    const client = await open(port, 'GET /healthz HTTP/1.1\r\nHost: a\r\n');
    await areLetGo().toEqual([true]);
    expect(client.received()).toMatch(
      /^HTTP\/1\.1 400 [^]*\{"error":"the request did not arrive in time","code":"INVALID_REQUEST"\}$/,
    );
  });

  it('and sends the rest of an order after its refusal → the order is not placed', async () => {
    const running = await start({ bounds: timeouts });
    const body = JSON.stringify(orderBody());
    const client = await open(running.port, authorized(running, body.length) + body.slice(0, -1));
    await expect.poll(() => client.isEnded()).toBe(true);
    client.socket.write(body.slice(-1));
    await areLetGo().toEqual([true]);
    expect(client.received()).toMatch(/^HTTP\/1\.1 400 /);
    expect(running.orders.calls).toEqual([]);
  });
});

describe('the connections of one address', () => {
  const areServed = async (port: number, count: number): Promise<readonly boolean[]> => {
    const served: boolean[] = [];
    for (let n = 0; n < count; n += 1) {
      const client = await open(port, 'GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n');
      await expect.poll(() => client.isEnded() || client.received() !== '').toBe(true);
      served.push(client.received().startsWith('HTTP/1.1 200'));
    }
    return served;
  };

  it('are bounded', async () => {
    const { port } = await start({ maxConnectionsPerClient: 2 });
    expect(await areServed(port, 3)).toEqual([true, true, false]);
  });

  it('are bounded where other addresses are those of the trusted proxies', async () => {
    const { port } = await start({ maxConnectionsPerClient: 2, trustProxy: ['10.0.0.0/8'] });
    expect(await areServed(port, 3)).toEqual([true, true, false]);
  });

  it.each([
    ['its address is trusted', ['loopback']],
    ['the nearest hop is trusted', 1],
  ])('are not bounded when it is a proxy: %s', async (_what, trustProxy) => {
    const { port } = await start({ maxConnectionsPerClient: 2, trustProxy });
    expect(await areServed(port, 3)).toEqual([true, true, true]);
  });
});

describe('the log of bytes that are not HTTP', () => {
  it('has the code of the fault, and none of the bytes', async () => {
    const { port, lines } = await start({});
    const client = await open(port, 'GET / HTTP/1.1\r\nAuthorization: Bearer hunter2\r\nno header\r\n\r\n');
    await expect.poll(() => client.isEnded()).toBe(true);
    const [line] = lines.filter(({ msg }) => msg === 'not a request');
    expect(line).toEqual({
      ...{ level: 30, time: expect.any(String) as string, service: 'gateway', msg: 'not a request' },
      ...{ requestId: expect.any(String) as string, status: 400, code: 'HPE_INVALID_HEADER_TOKEN' },
    });
  });
});
