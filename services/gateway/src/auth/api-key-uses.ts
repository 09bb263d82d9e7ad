import type { ApiKeyUse } from '@oms/database';
import type { Logger } from '@oms/observability';

/** Records the times at which keys were used. Repeating it is safe. */
export type RecordApiKeyUses = (uses: readonly ApiKeyUse[]) => Promise<void>;

export interface ApiKeyUses {
  /** Notes a use and returns at once, so that no request waits. */
  add(apiKeyId: string, at: Date): void;
  /** Records the remaining uses, and ignores later ones. */
  close(): Promise<void>;
}

/**
 * Collects the uses of API keys and records them together, at most one per key and interval. Uses that could not be
 * recorded are recorded with the next ones. A killed gateway loses the uses of one interval at most.
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
