import { afterAll, beforeAll } from 'vitest';

export interface StartedOptions<Started> {
  readonly start: () => Promise<Started>;
  /** Left out: nothing is left of it when the tests are over. */
  readonly stop?: (started: Started) => Promise<unknown>;
  /** How long it may take to start, where that is longer than hooks may take. */
  readonly startTimeoutMs?: number;
}

/**
 * Starts something before the tests of the describe block, or the file, that calls this, and stops it after them. What
 * was started later is stopped earlier, and what did not start is not stopped.
 *
 * @returns a stand-in for what is started, which can be handed on at once and used from the tests and later hooks on
 */
export function useStarted<Started extends object>({
  start,
  stop,
  startTimeoutMs,
}: StartedOptions<Started>): Started {
  let started: Started | undefined;
  beforeAll(async () => {
    started = await start();
  }, startTimeoutMs);
  afterAll(async () => {
    if (started) await stop?.(started);
  });
  return standInFor(() => {
    if (!started)
      throw new Error('this is used before the tests have begun, when it has not been started yet');
    return started;
  });
}

/** Binds methods to the target, so that classes with private fields work. */
function standInFor<Target extends object>(target: () => Target): Target {
  // Nobody sees the empty object: every access goes to what is started.
  return new Proxy({} as Target, {
    get(_, property) {
      const value: unknown = Reflect.get(target(), property);
      return typeof value === 'function' ? (value.bind(target()) as unknown) : value;
    },
    set: (_, property, value) => Reflect.set(target(), property, value),
    has: (_, property) => Reflect.has(target(), property),
    ownKeys: () => Reflect.ownKeys(target()),
    getOwnPropertyDescriptor: (_, property) => Reflect.getOwnPropertyDescriptor(target(), property),
  });
}
