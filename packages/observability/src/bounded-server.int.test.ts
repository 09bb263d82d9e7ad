import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { Writable } from 'node:stream';

import { afterEach, describe, expect, it, vi } from 'vitest';

import { createBoundedServer, destroyWithin, type ServerBounds } from './bounded-server.js';
import { createLogger } from './logger.js';

const ended: (() => void)[] = [];
afterEach(() => {
  vi.useRealTimers();
  for (const end of ended.splice(0)) end();
});

async function start(bounds: Partial<ServerBounds> = {}) {
  const lines: Record<string, unknown>[] = [];
  const destination = new Writable({
    write(line: Buffer, _encoding, done) {
      lines.push(JSON.parse(line.toString()) as Record<string, unknown>);
      done();
    },
  });
  const log = createLogger({ service: 'test', level: 'info' }, destination);
  // Larger than the buffers of a connection.
  const large = Buffer.alloc(32 * 1024 * 1024);
  const server = createBoundedServer({ maxConnections: 100, log, ...bounds }, (request, response) =>
    response.end(request.url === '/large' ? large : 'ok'),
  );
  const sockets: Socket[] = [];
  server.on('connection', (socket) => sockets.push(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ended.push(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const drops = () => lines.filter(({ msg }) => msg === 'connections were dropped');
  return { server, sockets, drops, port: (server.address() as AddressInfo).port };
}

/** A client that never closes its side by itself. */
async function open(port: number, text = ''): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  socket.on('error', () => undefined);
  ended.push(() => void socket.destroy());
  await once(socket, 'connect');
  socket.write(text);
  return socket;
}

const get = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n';

async function isServed(port: number): Promise<boolean> {
  const socket = await open(port, get);
  return new Promise((resolve) => {
    socket.once('data', () => resolve(true));
    socket.once('end', () => resolve(false));
    socket.once('close', () => resolve(false));
  });
}

describe('a raw socket handed to a listener', () => {
  it.each([
    ['connect', 'CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['upgrade', 'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'],
    ['clientError', 'garbage\r\n\r\n'],
  ])('%s, then reset by the client → is closed, and the server continues to serve', async (event, text) => {
    const { server, port } = await start();
    const handedOver = new Promise<Socket>((resolve) => {
      server.on(event, (_first: unknown, socket: Socket) => {
        socket.resume();
        resolve(socket);
      });
    });
    const client = await open(port, text);
    const socket = await handedOver;
    const closed = new Promise((resolve) => socket.once('close', resolve));
    client.resetAndDestroy();
    await closed;
    expect(await isServed(port)).toBe(true);
  });

  it('is destroyed at its deadline although the client keeps its side open', async () => {
    const { server, port } = await start();
    const closed = new Promise((resolve) => {
      server.on('connect', (_request, socket) => {
        socket.resume();
        socket.end('HTTP/1.1 404 Not Found\r\n\r\n');
        destroyWithin(50, socket);
        socket.once('close', resolve);
      });
    });
    await open(port, 'CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n');
    await expect(closed).resolves.toBeDefined();
  });
});

describe('a client that keeps the server waiting', () => {
  it.each([
    ['for the headers', { headersTimeoutMs: 50 }, 'GET / HTTP/1.1\r\n'],
    [
      'for the body',
      { headersTimeoutMs: 50, requestTimeoutMs: 50 },
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n1',
    ],
    ['for its next request', { keepAliveTimeoutMs: 1 }, get],
    ['to read the answer', { silenceTimeoutMs: 50 }, 'GET /large HTTP/1.1\r\nHost: x\r\n\r\n'],
  ])('%s → the connection is destroyed', async (_what, bounds, text) => {
    const { port, sockets } = await start({ ...bounds, checkIntervalMs: 10 });
    await open(port, text);
    await expect.poll(() => sockets.map(({ destroyed }) => destroyed)).toEqual([true]);
  });
});

describe('connections over the bounds', () => {
  it('are closed unanswered while the server is full, and accepted once it has room', async () => {
    const { port, drops } = await start({ maxConnections: 2 });
    const first = await open(port);
    await open(port);
    expect(await isServed(port)).toBe(false);
    expect(drops()).toMatchObject([{ dropped: { server_full: 1, client_full: 0, not_accepted: 0 } }]);
    first.destroy();
    await expect.poll(() => isServed(port)).toBe(true);
  });

  it('are closed unanswered while their client has too many, and accepted once it has fewer', async () => {
    const { port, drops } = await start({ perClient: { max: 2, clientOf: () => 'one' } });
    const first = await open(port);
    await open(port);
    expect(await isServed(port)).toBe(false);
    expect(drops()).toMatchObject([{ dropped: { server_full: 0, client_full: 1, not_accepted: 0 } }]);
    first.destroy();
    await expect.poll(() => isServed(port)).toBe(true);
  });

  it('are counted per client, and not at all for clients without a name', async () => {
    const names = ['one', 'one', 'two', undefined, undefined];
    const { port } = await start({ perClient: { max: 1, clientOf: () => names.shift() } });
    const served: boolean[] = [];
    for (let n = 0; n < 5; n += 1) served.push(await isServed(port));
    expect(served).toEqual([true, false, true, true, true]);
  });

  it('are logged at once the first time, then together every 10 s, with totals', async () => {
    const { server, drops } = await start();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    for (let n = 0; n < 1_000; n += 1) server.emit('drop');
    expect(drops()).toMatchObject([{ dropped: { server_full: 1 } }]);
    vi.advanceTimersByTime(10_000);
    expect(drops()).toMatchObject([{ dropped: { server_full: 1 } }, { dropped: { server_full: 1_000 } }]);
    // Without new drops, no line is written.
    vi.advanceTimersByTime(60_000);
    expect(drops()).toHaveLength(2);
  });
});

describe('a connection that the system failed to accept', () => {
  it('is counted and logged with the error code, and the server continues to serve', async () => {
    const { server, port, drops } = await start();
    failToAccept(server, 'ENFILE');
    expect(drops()).toMatchObject([{ dropped: { not_accepted: 1 }, code: 'ENFILE' }]);
    expect(await isServed(port)).toBe(true);
  });

  it('is distinguished from a port in use, which fails the start', async () => {
    const { port, drops } = await start();
    const second = createBoundedServer({ maxConnections: 1 }, () => undefined);
    const failed = once(second, 'error');
    second.listen(port, '127.0.0.1');
    expect(await failed).toMatchObject([{ code: 'EADDRINUSE' }]);
    expect(drops()).toEqual([]);
  });
});

/** Emits the error as Node does: on the server itself, where an `error` without a listener is thrown. */
function failToAccept(server: Server, code: string): void {
  server.emit('error', Object.assign(new Error(`accept ${code}`), { code }));
}
