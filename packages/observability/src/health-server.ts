import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { Logger } from 'pino';

import { createBoundedServer } from './bounded-server.js';
import { sharedReadiness, type HealthCheck, type Readiness } from './readiness.js';

export interface HealthServer {
  readonly port: number;
  close(): Promise<void>;
}

/** Probes are few and short. An address that holds connections does not keep the others' probes out. */
const bounds = {
  maxConnections: 1_000,
  perClient: { max: 100, clientOf: (address: string | undefined) => address },
};

/**
 * Serves `/healthz` (the process is alive) and `/readyz` (its dependencies answer; 503 that names those that do
 * not) for a service that has no HTTP interface of its own. Rejects when the port cannot be had.
 *
 * @param options.port 0 lets the system choose
 * @param options.log is told when readiness changes, and when connections are dropped
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
    port: (server.address() as AddressInfo).port, // A TCP server's address is never a pipe's name.
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
