/** Probes a dependency. Rejects if the dependency does not answer. */
export type HealthCheck = () => Promise<unknown>;

export interface Readiness {
  readonly ready: boolean;
  /** `ok` or the fault, per dependency. */
  readonly checks: Readonly<Record<string, string>>;
}

const defaultTimeoutMs = 3_000;

/** Runs all checks concurrently, each with a timeout. A hanging dependency makes the service unready, not silent. */
export async function checkReadiness(
  checks: Readonly<Record<string, HealthCheck>>,
  timeoutMs = defaultTimeoutMs,
): Promise<Readiness> {
  const results = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => [name, await outcome(check, timeoutMs)] as const),
  );
  return { ready: results.every(([, result]) => result === 'ok'), checks: Object.fromEntries(results) };
}

/**
 * Shares one run of the checks among concurrent probes, so that frequent probes do not load the dependencies.
 */
export function sharedReadiness(
  checks: Readonly<Record<string, HealthCheck>>,
  timeoutMs = defaultTimeoutMs,
): () => Promise<Readiness> {
  let running: Promise<Readiness> | undefined;
  return () =>
    (running ??= checkReadiness(checks, timeoutMs).finally(() => {
      running = undefined;
    }));
}

async function outcome(check: HealthCheck, timeoutMs: number): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(`no answer within ${timeoutMs} ms`), timeoutMs);
  });
  // The answer to a probe may be public. The reason of a failure is in the dependency's own log.
  const answer = Promise.resolve()
    .then(check)
    .then(
      () => 'ok',
      () => 'does not answer',
    );
  try {
    return await Promise.race([answer, limit]);
  } finally {
    clearTimeout(timer);
  }
}
