import { createSecretKey } from 'node:crypto';

import type { TokenKeys } from './token-verifier.js';

/** Shorter secrets can be guessed (RFC 7518 §3.2 requires as many bits as the hash has). */
export const minDevSecretBytes = 32;

/**
 * Makes the keys from one shared secret, for development. Anybody who can verify a token with it can also make one.
 */
export function devKey(secret: string): TokenKeys {
  const bytes = Buffer.from(secret, 'utf8');
  if (bytes.length < minDevSecretBytes)
    throw new Error(`the secret must have at least ${minDevSecretBytes} bytes`);
  const key = createSecretKey(bytes);
  return { algorithms: ['HS256'], keyFor: () => Promise.resolve(key), check: () => Promise.resolve() };
}
