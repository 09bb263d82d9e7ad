/** No access token is available now. The request that needed one was not sent. */
export class TokenError extends Error {
  override readonly name = 'TokenError';

  constructor(
    message: string,
    readonly retryAfterMs: number | undefined,
    cause: unknown,
  ) {
    super(message, { cause });
  }
}

export interface AccessToken {
  readonly value: string;
  readonly lifetimeMs: number;
}

/** The time before its expiry at which a token is renewed, so that no token expires on the way to PayPal. */
const marginMs = 60_000;

/**
 * Caches the access token of this process. Concurrent callers share one request. A failure rejects its waiting
 * callers and is then forgotten.
 *
 * Replaces the SDK's own cache, which repeats a failed request's error without end and fetches one token for each
 * concurrent caller.
 */
export class TokenSource {
  #current: { readonly value: string; readonly untilMs: number } | undefined;
  #fetching: Promise<string> | undefined;

  constructor(
    private readonly fetchToken: () => Promise<AccessToken>,
    private readonly nowMs: () => number = Date.now,
  ) {}

  /** @throws the error of `fetchToken` */
  async get(): Promise<string> {
    if (this.#current && this.nowMs() < this.#current.untilMs) return this.#current.value;
    this.#fetching ??= this.#fetch().finally(() => {
      this.#fetching = undefined;
    });
    return this.#fetching;
  }

  /** Discards a token that PayPal has refused. */
  reject(value: string): void {
    if (this.#current?.value === value) this.#current = undefined;
  }

  async #fetch(): Promise<string> {
    const { value, lifetimeMs } = await this.fetchToken();
    this.#current = { value, untilMs: this.nowMs() + lifetimeMs - marginMs };
    return value;
  }
}
