const dayMs = 24 * 60 * 60 * 1_000;

/**
 * Reads a `Retry-After` header, in seconds or as a date. Ignores any other form, the past, and waits of more than
 * `longestMs`: a day when left out.
 */
export function readRetryAfter(
  header: string | undefined,
  nowMs: number,
  longestMs = dayMs,
): { retryAfterMs?: number } {
  const value = header?.trim() ?? '';
  const waitMs = /^\d{1,6}$/.test(value) ? Number(value) * 1_000 : Date.parse(value) - nowMs;
  return waitMs > 0 && waitMs <= longestMs ? { retryAfterMs: waitMs } : {};
}
