import { once } from 'node:events';
import { Agent, get, type IncomingMessage, type RequestListener } from 'node:http';

import { afterEach, describe, expect, it } from 'vitest';

import { startHttpServer, type HttpServer } from './http-server.js';

const options = { host: '127.0.0.1', port: 0, refuseRaw: () => undefined, bounds: { maxConnections: 100 } };
const agent = new Agent({ keepAlive: true });
let server: HttpServer | undefined;
afterEach(async () => {
  agent.destroy();
  await server?.close();
});

async function start(app: RequestListener): Promise<HttpServer> {
  server = await startHttpServer(app, options);
  return server;
}

async function ask({ port }: HttpServer): Promise<IncomingMessage> {
  const [response] = (await once(get({ port, host: '127.0.0.1', agent }), 'response')) as [IncomingMessage];
  return response.resume();
}

describe('closing the server', () => {
  it('completes a running request, and refuses new connections', async () => {
    let finish: (() => void) | undefined;
    const running = await start((_request, response) => {
      finish = () => response.end('done');
    });
    const answered = ask(running);
    await expect.poll(() => finish).toBeDefined();

    const closed = running.close();
    await expect(fetch(`http://127.0.0.1:${running.port}`)).rejects.toThrow();
    finish?.();
    const response = await answered;
    expect([response.statusCode, response.headers.connection]).toEqual([200, 'close']);
    await closed;
  });

  it('does not wait for idle kept-alive connections', async () => {
    const running = await start((_request, response) => response.end());
    await ask(running);
    await expect(running.close()).resolves.toBeUndefined();
  });
});

describe('starting the server', () => {
  it('fails clearly when the port is taken', async () => {
    const { port } = await start((_request, response) => response.end());
    await expect(startHttpServer(() => undefined, { ...options, port })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
  });
});
