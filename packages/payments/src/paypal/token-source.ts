/** There is no access token now. The request that needed it was not sent. */
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

/** A token is renewed this long before its end, so that none ends on the way to PayPal. */
const marginMs = 60_000;

/**
 * Keeps the access token of this process. Those who ask at once share one request, and a failure is told to those who
 * waited for it and then forgotten.
 *
 * The SDK's own keeper is not used: once a request for a token has failed it repeats that failure for ever, and those
 * who ask at once each fetch one.
 */
export class TokenSource {
  #current: { readonly value: string; readonly untilMs: number } | undefined;
  #fetching: Promise<string> | undefined;

  constructor(
    private readonly fetchToken: () => Promise<AccessToken>,
    private readonly nowMs: () => number = Date.now,
  ) {}

  /** Rejects with what `fetchToken` rejects with. */
  async get(): Promise<string> {
    if (this.#current && this.nowMs() < this.#current.untilMs) return this.#current.value;
    this.#fetching ??= this.#fetch().finally(() => {
      this.#fetching = undefined;
    });
    return this.#fetching;
  }

  /** PayPal has refused this token: it is not used again. */
  reject(value: string): void {
    if (this.#current?.value === value) this.#current = undefined;
  }

  async #fetch(): Promise<string> {
    const { value, lifetimeMs } = await this.fetchToken();
    this.#current = { value, untilMs: this.nowMs() + lifetimeMs - marginMs };
    return value;
  }
}
