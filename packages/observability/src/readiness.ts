/** Asks a dependency whether it answers; rejects when it does not. */
export type HealthCheck = () => Promise<unknown>;

export interface Readiness {
  readonly ready: boolean;
  /** `ok`, or what is wrong, per dependency. */
  readonly checks: Readonly<Record<string, string>>;
}

const defaultTimeoutMs = 3_000;

/** Runs all checks at once, each within a time limit, so that a hanging dependency makes a service unready and not mute. */
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
 * Lets any number of probes share one run of the checks, so that probing a service often costs its dependencies
 * nothing more.
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
  // What went wrong is in the log of whoever failed; the probe's answer may be public.
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
