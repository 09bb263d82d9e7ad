import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { Logger } from 'pino';

import { createBoundedServer } from './bounded-server.js';
import { sharedReadiness, type HealthCheck, type Readiness } from './readiness.js';

export interface HealthServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Ample for probes, which are few and short. The limit per address keeps one client from blocking the others' probes. */
const bounds = {
  maxConnections: 1_000,
  perClient: { max: 100, clientOf: (address: string | undefined) => address },
};

/**
 * Serves `/healthz` (the process is alive) and `/readyz` (all dependencies answer, else 503 with the failing ones). For a
 * service without an HTTP interface of its own. Rejects if the port is not available.
 *
 * @param options.port 0 lets the system choose
 * @param options.log receives a line when readiness changes or connections are dropped
 */
export async function startHealthServer(options: {
  readonly host: string;
  readonly port: number;
  readonly checks: Readonly<Record<string, HealthCheck>>;
  readonly checkTimeoutMs?: number;
  readonly log?: Logger;
}): Promise<HealthServer> {
  const readiness = logChanges(sharedReadiness(options.checks, options.checkTimeoutMs), options.log);
  const { log } = options;
  const server = createBoundedServer({ ...bounds, ...(log ? { log } : {}) }, (request, response) => {
    void answer(request.url ?? '', readiness).then(({ status, body }) => {
      response
        .writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
        .end(JSON.stringify(body));
    });
  });
  await listen(server, options);
  return {
    port: (server.address() as AddressInfo).port, // The address of a TCP server is an object, never the name of a pipe.
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(url: string, readiness: () => Promise<Readiness>) {
  const path = url.split('?', 1)[0];
  if (path === '/healthz') return { status: 200, body: { status: 'ok' } };
  if (path !== '/readyz') return { status: 404, body: { error: 'there are only /healthz and /readyz here' } };
  const state = await readiness();
  return { status: state.ready ? 200 : 503, body: state };
}

function logChanges(readiness: () => Promise<Readiness>, log: Logger | undefined): () => Promise<Readiness> {
  let wasReady: boolean | undefined;
  return async () => {
    const state = await readiness();
    if (state.ready !== wasReady) {
      wasReady = state.ready;
      if (state.ready) log?.info({ checks: state.checks }, 'the service is ready');
      else log?.warn({ checks: state.checks }, 'the service is not ready');
    }
    return state;
  };
}

function listen(
  server: Server,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
