import { createSecretKey } from 'node:crypto';

import type { TokenKeys } from './token-verifier.js';

/** Shorter secrets can be found by trying (RFC 7518 §3.2 asks for as many bits as the hash has). */
export const minDevSecretBytes = 32;

/** One shared secret, for development: whoever can verify a token with it can make one. */
export function devKey(secret: string): TokenKeys {
  const bytes = Buffer.from(secret, 'utf8');
  if (bytes.length < minDevSecretBytes)
    throw new Error(`the secret must have at least ${minDevSecretBytes} bytes`);
  const key = createSecretKey(bytes);
  return { algorithms: ['HS256'], keyFor: () => Promise.resolve(key), check: () => Promise.resolve() };
}
