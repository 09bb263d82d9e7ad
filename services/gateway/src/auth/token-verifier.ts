import type { KeyObject } from 'node:crypto';

import jwt, { type Algorithm, type JwtHeader, type JwtPayload } from 'jsonwebtoken';

import { TokenError } from './token-error.js';

/** Where the keys come from that tokens are signed with. */
export interface TokenKeys {
  /** The algorithms that these keys are for. No other is accepted, whatever the token says. */
  readonly algorithms: readonly Algorithm[];
  /**
   * The key for a token with this header.
   *
   * @throws TokenError when there is none; any other error when the keys cannot be had at present
   */
  keyFor(header: JwtHeader): Promise<KeyObject>;
  /** Rejects while there are no keys at all, so that no token can be verified. For readiness. */
  check(): Promise<unknown>;
}

export interface TokenRules {
  readonly issuer: string;
  readonly audience: string;
  /** How long after it was issued a token is accepted at most, whatever its own expiry says. */
  readonly maxAgeSeconds: number;
}

/** How far apart the clocks of the issuer and of this machine may be. */
const clockToleranceSeconds = 5;
/** Far above what an issuer makes; a header of this size is refused before it is decoded. */
const maxTokenLength = 8_192;

/** Verifies bearer tokens: signature, algorithm, issuer, audience, times. What the claims mean is for others. */
export class TokenVerifier {
  constructor(
    private readonly keys: TokenKeys,
    private readonly rules: TokenRules,
  ) {}

  /**
   * @param now the time by which the token must be valid
   * @returns the token's claims
   * @throws TokenError when the token is not to be believed; any other error when that cannot be told at present
   */
  async verify(token: string, now: Date): Promise<JwtPayload> {
    const header = headerOf(token);
    // No extension is understood here: whatever is named as critical is refused (RFC 7515, 4.1.11), and so is naming none.
    if ('crit' in header) throw new TokenError('the token has a critical header');
    const key = await this.keys.keyFor(header);
    const nowSeconds = Math.floor(now.getTime() / 1_000);
    const claims = this.verifySigned(token, key, nowSeconds);
    // The library takes a token without an expiry for one that never expires.
    if (typeof claims.exp !== 'number') throw new TokenError('the token has no expiry');
    if (typeof claims.iat !== 'number' || claims.iat > nowSeconds + clockToleranceSeconds) {
      throw new TokenError('the token was issued in the future');
    }
    return claims;
  }

  private verifySigned(token: string, key: KeyObject, nowSeconds: number): JwtPayload {
    try {
      const claims = jwt.verify(token, key, {
        algorithms: [...this.keys.algorithms],
        issuer: this.rules.issuer,
        audience: this.rules.audience,
        maxAge: this.rules.maxAgeSeconds,
        clockTimestamp: nowSeconds,
        clockTolerance: clockToleranceSeconds,
      });
      if (typeof claims === 'string') throw new TokenError('the token has no claims');
      return claims;
    } catch (error) {
      throw toTokenError(error);
    }
  }
}

function headerOf(token: string): JwtHeader {
  const decoded = token.length > maxTokenLength ? null : decode(token);
  const header: unknown = decoded?.header;
  // Any JSON may stand there.
  if (typeof header !== 'object' || header === null)
    throw new TokenError('the token is not a JSON Web Token');
  return header as JwtHeader;
}

function decode(token: string) {
  try {
    return jwt.decode(token, { complete: true });
  } catch {
    // A payload that is not JSON: as little a token as any other text.
    return null;
  }
}

function toTokenError(error: unknown): unknown {
  if (error instanceof jwt.TokenExpiredError) {
    return new TokenError(
      error.message === 'maxAge exceeded' ? 'the token is too old' : 'the token has expired',
      { cause: error },
    );
  }
  if (error instanceof jwt.JsonWebTokenError)
    return new TokenError('the token is not valid', { cause: error });
  return error;
}
