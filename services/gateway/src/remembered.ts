/** A bounded cache of recent lookups, for use while lookups fail. When it is full, the oldest entry is dropped. */
export interface Remembered<Value> {
  /** @param maxAgeMs the greatest age of the entry */
  get(key: string, maxAgeMs: number): Value | undefined;
  set(key: string, value: Value): void;
  forget(key: string): void;
}

const maxEntries = 10_000;

/** @param nowMs milliseconds of a monotonic clock */
export function createRemembered<Value>(nowMs: () => number): Remembered<Value> {
  const entries = new Map<string, { readonly value: Value; readonly atMs: number }>();
  return {
    get(key, maxAgeMs) {
      const entry = entries.get(key);
      return entry && nowMs() - entry.atMs < maxAgeMs ? entry.value : undefined;
    },
    set(key, value) {
      entries.delete(key);
      const [oldest] = entries.keys();
      if (entries.size >= maxEntries && oldest !== undefined) entries.delete(oldest);
      entries.set(key, { value, atMs: nowMs() });
    },
    forget: (key) => void entries.delete(key),
  };
}
