import { timingSafeEqual } from 'node:crypto';

import { newAccessToken } from './ids.js';

/** The client id and secret of a REST app. */
export interface PayPalCredentials {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** "expires_in": PayPal's tokens are valid for nine hours. */
const lifetimeSeconds = 32_400;

/** OAuth 2 client credentials. Tokens are only in memory: a restarted simulator rejects earlier ones. */
export class AccessTokens {
  readonly #tokens = new Map<string, number>();

  constructor(
    private readonly accepted: PayPalCredentials | undefined,
    private readonly nowMs: () => number = Date.now,
  ) {}

  /**
   * Issues a token.
   *
   * @param header `Basic` with id and secret
   * @returns undefined for rejected credentials
   */
  issue(header: string | undefined): object | undefined {
    const given = /^Basic (.+)$/i.exec(header ?? '')?.[1];
    const text = Buffer.from(given ?? '', 'base64').toString('utf8');
    const [clientId = '', clientSecret = ''] = text.split(':', 2);
    if (clientId === '' || clientSecret === '' || !this.#accepts({ clientId, clientSecret }))
      return undefined;
    const token = newAccessToken();
    this.#tokens.set(token, this.nowMs() + lifetimeSeconds * 1_000);
    return {
      scope: 'https://uri.paypal.com/services/payments/payment/authcapture',
      access_token: token,
      token_type: 'Bearer',
      app_id: 'APP-80W284485P519543T',
      expires_in: lifetimeSeconds,
      nonce: new Date(this.nowMs()).toISOString(),
    };
  }

  /** Whether a header `Bearer …` has a valid token. */
  isValid(header: string | undefined): boolean {
    const token = /^Bearer (.+)$/i.exec(header ?? '')?.[1] ?? '';
    return (this.#tokens.get(token) ?? 0) > this.nowMs();
  }

  /** @returns the number of revoked tokens */
  revokeAll(): number {
    const count = this.#tokens.size;
    this.#tokens.clear();
    return count;
  }

  #accepts(given: PayPalCredentials): boolean {
    const { accepted } = this;
    return (
      accepted === undefined ||
      (isSame(given.clientId, accepted.clientId) && isSame(given.clientSecret, accepted.clientSecret))
    );
  }
}

function isSame(given: string, accepted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(accepted)];
  return a.length === b.length && timingSafeEqual(a, b);
}
