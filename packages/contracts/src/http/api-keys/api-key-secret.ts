import { createHash } from 'node:crypto';

/** The beginning of every API key. People and secret scanners recognise keys by it. */
export const apiKeyMark = 'sk_';
const secretBytes = 32;
const shownCharacters = 8;

/** A new API key. The secret is shown once and never stored. */
export interface ApiKeySecret {
  readonly secret: string;
  /** The beginning of the secret, which may be shown later. */
  readonly prefix: string;
  readonly hash: string;
}

/**
 * Makes an API key from random bytes.
 *
 * @param bytes 32 bytes from a cryptographic source
 */
export function apiKeyOf(bytes: Uint8Array): ApiKeySecret {
  if (bytes.length !== secretBytes) throw new Error(`an API key is made of ${secretBytes} bytes`);
  const secret = `${apiKeyMark}${Buffer.from(bytes).toString('base64url')}`;
  return {
    secret,
    prefix: secret.slice(0, apiKeyMark.length + shownCharacters),
    hash: hashOfApiKey(secret),
  };
}

/**
 * The stored form of an API key: SHA-256 in hexadecimal. A slow hash would only protect secrets that can be guessed;
 * 256 random bits cannot be, and each request would pay for the slow hash. Keys are looked up by this hash, so the
 * time of a comparison reveals nothing about the key.
 */
export function hashOfApiKey(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
