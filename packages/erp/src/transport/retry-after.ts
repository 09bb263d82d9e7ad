const longestMs = 24 * 60 * 60 * 1_000;

/**
 * Reads a `Retry-After` header, in seconds or as a date. What is neither, lies in the past or is more than a day away
 * is no hint to follow.
 */
export function readRetryAfter(header: string | undefined, nowMs: number): { retryAfterMs?: number } {
  const value = header?.trim() ?? '';
  const waitMs = /^\d{1,6}$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - nowMs;
  return waitMs > 0 && waitMs <= longestMs ? { retryAfterMs: waitMs } : {};
}
