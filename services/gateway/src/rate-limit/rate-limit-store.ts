/** The state of a client in its window. */
export interface RateLimitState {
  /** Whether this request may pass. */
  readonly allowed: boolean;
  readonly limit: number;
  /** The number of further requests that may pass now. */
  readonly remaining: number;
  /** The time until a request may pass; 0 if one may pass now. */
  readonly retryAfterMs: number;
}

/**
 * Counts requests per client in a sliding window: in any interval of the window's length, at most the limit passes. A
 * refused request is not counted, so a client that keeps asking is admitted as early as one that waits.
 *
 * A store may be shared by several gateways. Its promise rejects when the store fails. The gateway then lets the
 * request pass, because a limit must not take the API down.
 */
export interface RateLimitStore {
  /**
   * Counts a request, if it may pass.
   *
   * @param client the key to count; the caller decides what one client is
   * @param nowMs milliseconds of a monotonic clock
   */
  hit(client: string, nowMs: number): Promise<RateLimitState>;
  /** The state of the client, without counting a request. */
  peek(client: string, nowMs: number): Promise<RateLimitState>;
}
