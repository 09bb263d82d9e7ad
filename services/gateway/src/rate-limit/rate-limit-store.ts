/** Where a client stands in its window. */
export interface RateLimitState {
  /** Whether this request may pass. */
  readonly allowed: boolean;
  readonly limit: number;
  /** How many more may pass now. */
  readonly remaining: number;
  /** How long until one may pass; 0 when one may pass now. */
  readonly retryAfterMs: number;
}

/**
 * Counts requests per client in a true sliding window: in no interval of the window's length do more than the limit
 * pass. A request that was refused is not counted, so a client that goes on asking is let in again as early as one
 * that waits.
 *
 * A store may be shared by several gateways. Its promise rejects when it cannot tell; the gateway then lets the
 * request pass, since an API that is down protects nobody.
 */
export interface RateLimitStore {
  /**
   * Counts a request, when there is room for it.
   *
   * @param client whom to count; the caller decides what one client is
   * @param nowMs milliseconds of a clock that never goes back
   */
  hit(client: string, nowMs: number): Promise<RateLimitState>;
  /** Where the client stands, without counting anything. */
  peek(client: string, nowMs: number): Promise<RateLimitState>;
}
