import { afterAll, beforeAll } from 'vitest';

export interface StartedOptions<Started> {
  readonly start: () => Promise<Started>;
  /** Absent if nothing remains after the tests. */
  readonly stop?: (started: Started) => Promise<unknown>;
  /** The longest time for starting. By default, the timeout of hooks. */
  readonly startTimeoutMs?: number;
}

/**
 * Starts something before the tests of the calling describe block or file, and stops it after them, in reverse order.
 * A failed start is not stopped.
 *
 * @returns a stand-in that can be passed on at once, and used from the tests and later hooks on
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
  // The empty object is never used: every access goes to the started thing.
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
