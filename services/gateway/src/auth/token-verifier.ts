import type { KeyObject } from 'node:crypto';

import jwt, { type Algorithm, type JwtHeader, type JwtPayload } from 'jsonwebtoken';

import { TokenError } from './token-error.js';

/** The source of the keys that verify tokens. */
export interface TokenKeys {
  /** The algorithms of these keys. Tokens with any other algorithm are refused. */
  readonly algorithms: readonly Algorithm[];
  /**
   * Finds the key for a token with this header.
   *
   * @throws TokenError for an unknown key; any other error while the keys are unavailable
   */
  keyFor(header: JwtHeader): Promise<KeyObject>;
  /** For readiness: rejects while there are no keys, so that no token can be verified. */
  check(): Promise<unknown>;
}

export interface TokenRules {
  readonly issuer: string;
  readonly audience: string;
  /** The greatest age of a token, regardless of its own expiry. */
  readonly maxAgeSeconds: number;
}

/** The tolerated difference between the clocks of the issuer and of this machine. */
const clockToleranceSeconds = 5;
/** Far above the size of real tokens. A larger one is refused before it is decoded. */
const maxTokenLength = 8_192;

/** Verifies bearer tokens: signature, algorithm, issuer, audience, times. Does not interpret the other claims. */
export class TokenVerifier {
  constructor(
    private readonly keys: TokenKeys,
    private readonly rules: TokenRules,
  ) {}

  /**
   * @param now the time at which the token must be valid
   * @returns the token's claims
   * @throws TokenError for an invalid token; any other error if the token cannot be verified now
   */
  async verify(token: string, now: Date): Promise<JwtPayload> {
    const header = headerOf(token);
    // Supports no extensions: any critical header is refused, as RFC 7515, 4.1.11 requires, and so is an empty list
    // of them.
    if ('crit' in header) throw new TokenError('the token has a critical header');
    const key = await this.keys.keyFor(header);
    const nowSeconds = Math.floor(now.getTime() / 1_000);
    const claims = this.verifySigned(token, key, nowSeconds);
    // The library accepts a token without an expiry as one that never expires.
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
  // The header may be any JSON value.
  if (typeof header !== 'object' || header === null)
    throw new TokenError('the token is not a JSON Web Token');
  return header as JwtHeader;
}

function decode(token: string) {
  try {
    return jwt.decode(token, { complete: true });
  } catch {
    // The payload is not JSON, so the text is not a token.
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
