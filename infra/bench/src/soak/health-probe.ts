import { get } from 'node:http';

/** What a client in good faith saw of the gateway. */
export interface HealthSeen {
  readonly tookMs: readonly number[];
  /** Requests that were not answered 200 within the time limit. */
  readonly failed: number;
}

const everyMs = 50;
const timeoutMs = 10_000;

/** Asks `/healthz` at a steady rate, whatever becomes of the requests before, on a connection for each. */
export function startHealthProbe(port: number): { stop(): Promise<HealthSeen> } {
  const tookMs: number[] = [];
  let failed = 0;
  const underWay = new Set<Promise<void>>();
  const timer = setInterval(() => {
    const asked = ask(port).then(
      (ms) => void tookMs.push(ms),
      () => void (failed += 1),
    );
    underWay.add(asked);
    void asked.finally(() => underWay.delete(asked));
  }, everyMs);
  return {
    async stop() {
      clearInterval(timer);
      await Promise.all(underWay);
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
