import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Asks a dependency whether it answers; rejects when it does not. */
export type HealthCheck = () => Promise<unknown>;

export interface Readiness {
  readonly ready: boolean;
  /** `ok`, or what is wrong, per dependency. */
  readonly checks: Readonly<Record<string, string>>;
}

const checkTimeoutMs = 3_000;

/** Runs all checks at once, each within a time limit, so that a hanging dependency makes a service unready and not mute. */
export async function checkReadiness(checks: Readonly<Record<string, HealthCheck>>): Promise<Readiness> {
  const results = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => [name, await outcome(check)] as const),
  );
  return { ready: results.every(([, result]) => result === 'ok'), checks: Object.fromEntries(results) };
}

async function outcome(check: HealthCheck): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`no answer within ${checkTimeoutMs} ms`), checkTimeoutMs);
  });
  try {
    return await Promise.race([
      check().then(
        () => 'ok',
        // What went wrong is in the log of whoever failed; the probe's answer may be public.
        () => 'does not answer',
      ),
      limit,
    ]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Serves `/healthz` (the process is alive) and `/readyz` (its dependencies answer; 503 that names those that do
 * not) for a service that has no HTTP interface of its own.
 */
export async function startHealthServer(options: {
  readonly host: string;
  readonly port: number;
  readonly checks: Readonly<Record<string, HealthCheck>>;
}): Promise<{ readonly port: number; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    void answer(request.url ?? '', options.checks).then(({ status, body }) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
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

async function answer(url: string, checks: Readonly<Record<string, HealthCheck>>) {
  if (url === '/healthz') return { status: 200, body: { status: 'ok' } };
  if (url !== '/readyz') return { status: 404, body: { error: 'not found' } };
  const readiness = await checkReadiness(checks);
  return { status: readiness.ready ? 200 : 503, body: readiness };
}

function listen(server: Server, { host, port }: { readonly host: string; readonly port: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
