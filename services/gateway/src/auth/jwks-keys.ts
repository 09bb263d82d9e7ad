import { createPublicKey, type KeyObject } from 'node:crypto';

import { HttpExchange } from '@oms/outbound';
import type { Algorithm, JwtHeader } from 'jsonwebtoken';
import { z } from 'zod';

import { TokenError } from './token-error.js';
import type { TokenKeys } from './token-verifier.js';

export interface JwksOptions {
  /** The URL of the issuer's published keys. */
  readonly url: string;
  /** Milliseconds of a monotonic clock. */
  readonly clock: () => number;
  readonly onFetchFailed?: (error: unknown) => void;
}

/** A key of the set that can sign tokens. */
interface SigningKey {
  readonly kid: string | undefined;
  readonly algorithm: Algorithm;
  readonly key: KeyObject;
}

/** The age at which keys are fetched again. They stay in use while fetching fails. */
const freshMs = 600_000;
/**
 * The shortest interval between two fetches. A token with an unknown key id causes a fetch, and anybody can send such
 * tokens.
 */
const minRefetchMs = 10_000;
/** The interval while there are no keys: it is shorter because no request can pass. */
const minFirstFetchMs = 1_000;
const exchange = new HttpExchange({ timeoutMs: 3_000, maxAnswerBytes: 256 * 1024 });
const minRsaBits = 2_048;

const document = z.object({ keys: z.array(z.record(z.string(), z.unknown())).max(100) });

/**
 * Fetches the issuer's published keys (RFC 7517) for RS256 and ES256, and caches them in memory. Finds a key by the
 * token's key id. A new key is found with the first token that it signs. A withdrawn key is refused within ten
 * minutes.
 */
export function jwksKeys(options: JwksOptions): TokenKeys {
  const cache = new JwksCache(options);
  return {
    algorithms: ['RS256', 'ES256'],
    async keyFor(header) {
      const known = select(await cache.keys(), header) ?? select(await cache.keysAfterMiss(), header);
      if (!known) throw new TokenError('the token is signed with a key that is not known');
      return known.key;
    },
    check: () => cache.keys(),
  };
}

function select(keys: readonly SigningKey[], { kid, alg }: JwtHeader): SigningKey | undefined {
  const candidates = keys.filter(({ algorithm }) => algorithm === alg);
  if (kid !== undefined) return candidates.find((candidate) => candidate.kid === kid);
  // A token may omit the key id if only one key matches.
  return candidates.length === 1 ? candidates[0] : undefined;
}

class JwksCache {
  private current?: { readonly keys: readonly SigningKey[]; readonly fetchedAtMs: number };
  private lastAttemptAtMs = Number.NEGATIVE_INFINITY;
  private lastError: unknown;
  private running: Promise<void> | undefined;

  constructor(private readonly options: JwksOptions) {}

  /**
   * Returns the cached keys, or fetches them.
   *
   * @throws the last error of fetching, while there are no keys
   */
  async keys(): Promise<readonly SigningKey[]> {
    if (!this.current) await this.fetchUnlessRecent(minFirstFetchMs);
    else if (this.options.clock() - this.current.fetchedAtMs > freshMs) {
      // Refreshes in the background: the cached keys stay valid until newer ones arrive. Never rejects.
      void this.fetchUnlessRecent(minRefetchMs);
    }
    if (!this.current)
      throw new Error('the keys of the token issuer cannot be had', { cause: this.lastError });
    return this.current.keys;
  }

  /** Returns the keys, after fetching them again unless that was done recently. */
  async keysAfterMiss(): Promise<readonly SigningKey[]> {
    await this.fetchUnlessRecent(minRefetchMs);
    return this.keys();
  }

  /** Runs one fetch at a time, which all callers share. A failure keeps the cached keys. */
  private async fetchUnlessRecent(minIntervalMs: number): Promise<void> {
    if (this.running) return this.running;
    const nowMs = this.options.clock();
    if (nowMs - this.lastAttemptAtMs < minIntervalMs) return;
    this.lastAttemptAtMs = nowMs;
    this.running = this.fetch().finally(() => {
      this.running = undefined;
    });
    await this.running;
  }

  private async fetch(): Promise<void> {
    try {
      const keys = await fetchKeys(this.options.url);
      this.current = { keys, fetchedAtMs: this.options.clock() };
    } catch (error) {
      this.lastError = error;
      this.options.onFetchFailed?.(error);
    }
  }
}

async function fetchKeys(url: string): Promise<readonly SigningKey[]> {
  const { statusCode, body } = await exchange.send({
    method: 'GET',
    url: new URL(url),
    headers: { accept: 'application/json' },
  });
  // Refuses redirects: another server must not choose our keys.
  if (statusCode !== 200) throw new Error(`the answer has status ${statusCode}`);
  const keys = document.parse(JSON.parse(body.toString('utf8'))).keys.flatMap(signingKey);
  if (keys.length === 0) throw new Error('the set has no key for RS256 or ES256');
  return keys;
}

/** Parses a key, if it can sign tokens. A key set may contain keys for other purposes. */
function signingKey(jwk: Readonly<Record<string, unknown>>): readonly SigningKey[] {
  const algorithm = algorithmOf(jwk);
  if (!algorithm || (jwk['alg'] !== undefined && jwk['alg'] !== algorithm)) return [];
  if (jwk['use'] !== undefined && jwk['use'] !== 'sig') return [];
  try {
    const key = createPublicKey({ key: { ...jwk }, format: 'jwk' });
    const bits = key.asymmetricKeyDetails?.modulusLength;
    if (bits !== undefined && bits < minRsaBits) return [];
    return [{ kid: typeof jwk['kid'] === 'string' ? jwk['kid'] : undefined, algorithm, key }];
  } catch {
    // A malformed key must not disable the others.
    return [];
  }
}

function algorithmOf(jwk: Readonly<Record<string, unknown>>): Algorithm | undefined {
  if (jwk['kty'] === 'RSA') return 'RS256';
  if (jwk['kty'] === 'EC' && jwk['crv'] === 'P-256') return 'ES256';
  return undefined;
}
