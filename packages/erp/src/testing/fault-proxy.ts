import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A fault that replaces the normal answer to a request. */
export type Fault =
  /** The request is served; the connection breaks before the answer. */
  | 'lose_answer'
  /** The request is served; the answer never arrives. */
  | 'hang'
  /** The connection breaks before the request is served. */
  | 'reset'
  /** The request is not served; the proxy answers with this status. */
  | { readonly status: number; readonly headers?: Record<string, string> };

/** A proxy between an adapter and a real server, which applies faults of networks to chosen requests. */
export interface FaultProxy {
  readonly baseUrl: string;
  /** The bodies of the requests that have arrived, in order. */
  readonly bodies: readonly string[];
  /** Chooses the fault of each request. Its own actions finish before the request is served. */
  judge: (body: string) => Fault | undefined | Promise<Fault | undefined>;
  close(): Promise<void>;
}

export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const bodies: string[] = [];
  const server = createServer((incoming, response) => {
    // Breaks the connection if the server behind is gone.
    serve(incoming, response).catch(() => incoming.socket.destroy());
  });
  const serve = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await text(incoming);
    bodies.push(body);
    const fault = await proxy.judge(body);
    if (fault === 'reset') {
      incoming.socket.resetAndDestroy();
      return;
    }
    if (typeof fault === 'object') {
      response.writeHead(fault.status, fault.headers).end();
      return;
    }
    const answer = await forward(target, incoming, body);
    if (fault === 'lose_answer') incoming.socket.resetAndDestroy();
    else if (fault === undefined) response.writeHead(answer.status, answer.headers).end(answer.body);
  };
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  // A server that listens on TCP has an address of this form.
  const { port } = server.address() as AddressInfo;
  const proxy: FaultProxy = {
    baseUrl: `http://127.0.0.1:${port}`,
    bodies,
    judge: () => undefined,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
  return proxy;
}

/** Applies a fault to the request that is the `count`-th (from 1) of those that match. */
export function faultAt(
  count: number,
  matches: (body: string) => boolean,
  fault: Fault,
): FaultProxy['judge'] {
  let seen = 0;
  return (body) => {
    if (!matches(body)) return undefined;
    seen += 1;
    return seen === count ? fault : undefined;
  };
}

async function forward(
  target: string,
  incoming: IncomingMessage,
  body: string,
): Promise<{ status: number; headers: Record<string, string>; body: Buffer }> {
  const headers = Object.entries(incoming.headers).flatMap(([name, value]): [string, string][] =>
    ['connection', 'host', 'content-length', 'accept-encoding'].includes(name) || typeof value !== 'string'
      ? []
      : [[name, value]],
  );
  const answer = await fetch(target + (incoming.url ?? ''), {
    method: incoming.method ?? 'POST',
    headers,
    body,
    redirect: 'manual',
  });
  return {
    status: answer.status,
    headers: { 'content-type': answer.headers.get('content-type') ?? 'text/plain' },
    body: Buffer.from(await answer.arrayBuffer()),
  };
}
