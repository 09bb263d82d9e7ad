import type { ApiKeyUse } from '@oms/database';
import type { Logger } from '@oms/observability';

/** Writes when keys were used. May be repeated. */
export type RecordApiKeyUses = (uses: readonly ApiKeyUse[]) => Promise<void>;

export interface ApiKeyUses {
  /** Takes note, and returns at once: no request waits for it. */
  add(apiKeyId: string, at: Date): void;
  /** Tells of what is not told yet, and takes note of nothing more. */
  close(): Promise<void>;
}

/**
 * Collects when API keys were used and tells of it together, each key at most once in an interval. What could not be
 * told is told with the next; what is lost with a gateway that is killed is at most one interval.
 */
export function collectApiKeyUses(deps: {
  readonly record: RecordApiKeyUses;
  readonly intervalMs: number;
  readonly log: Logger;
}): ApiKeyUses {
  let seen = new Map<string, string>();
  let telling: Promise<void> = Promise.resolve();

  async function tell(): Promise<void> {
    if (seen.size === 0) return;
    const told = seen;
    seen = new Map();
    try {
      await deps.record([...told].map(([apiKeyId, usedAt]) => ({ apiKeyId, usedAt })));
    } catch (error) {
      deps.log.warn({ err: error, keys: told.size }, 'when API keys were used could not be told; it will be');
      seen = new Map([...told, ...seen]);
    }
  }

  const timer = setInterval(() => {
    telling = telling.then(tell);
  }, deps.intervalMs);
  timer.unref();
  return {
    add: (apiKeyId, at) => void seen.set(apiKeyId, at.toISOString()),
    async close() {
      clearInterval(timer);
      await telling;
      await tell();
    },
  };
}
