import { get } from 'node:http';

/** The gateway as seen by a well-behaved client. */
export interface HealthSeen {
  readonly tookMs: readonly number[];
  /** Requests without a 200 within the timeout. */
  readonly failed: number;
}

const everyMs = 50;
const timeoutMs = 10_000;

/** Requests `/healthz` at a steady rate, independent of earlier requests, each on a new connection. */
export function startHealthProbe(port: number): { stop(): Promise<HealthSeen> } {
  const tookMs: number[] = [];
  let failed = 0;
  const pending = new Set<Promise<void>>();
  const timer = setInterval(() => {
    const asked = ask(port).then(
      (ms) => void tookMs.push(ms),
      () => void (failed += 1),
    );
    pending.add(asked);
    void asked.finally(() => pending.delete(asked));
  }, everyMs);
  return {
    async stop() {
      clearInterval(timer);
      await Promise.all(pending);
      return { tookMs, failed };
    },
  };
}

function ask(port: number): Promise<number> {
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const request = get({ host: '127.0.0.1', port, path: '/healthz', agent: false, signal }, (response) => {
      response.resume().once('error', reject);
      response.once('end', () => {
        if (response.statusCode === 200) resolve(performance.now() - startedAt);
        else reject(new Error(`answered ${response.statusCode}`));
      });
    });
    request.once('error', reject);
  });
}
