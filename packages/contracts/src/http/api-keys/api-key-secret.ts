import { createHash } from 'node:crypto';

/** How every API key begins, by which people and secret scanners know it. */
export const apiKeyMark = 'sk_';
const secretBytes = 32;
const shownCharacters = 8;

/** A secret as its holder has it. Shown once and kept nowhere. */
export interface ApiKeySecret {
  readonly secret: string;
  /** What may be shown of it. */
  readonly prefix: string;
  readonly hash: string;
}

/**
 * Makes an API key of random bytes.
 *
 * @param bytes 32 of them, from a cryptographic source
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
 * What is kept of an API key: SHA-256 in hexadecimal. A slow hash protects what people can remember; 256 random bits
 * cannot be guessed however fast the hash is, and each request would pay for it. Keys are looked up by this hash, so
 * nothing that is compared is secret, and the time it takes tells nothing of the key.
 */
export function hashOfApiKey(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
