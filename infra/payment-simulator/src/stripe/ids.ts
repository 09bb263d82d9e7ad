import { randomBytes } from 'node:crypto';

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Random characters of Stripe's alphabet. Bytes that would favour its first characters are skipped. */
function randomText(length: number): string {
  let text = '';
  while (text.length < length) {
    for (const byte of randomBytes(length)) {
      if (byte < alphabet.length * 4 && text.length < length) text += alphabet[byte % alphabet.length] ?? '';
    }
  }
  return text;
}

/** A new id in Stripe's format: `pi_3…`, 27 characters in all. */
export function newObjectId(prefix: 'pi' | 'ch' | 're' | 'evt' | 'du' | 'txn'): string {
  return `${prefix}_3${randomText(23)}`;
}

export function newRequestId(): string {
  return `req_${randomText(14)}`;
}

export function newClientSecret(intentId: string): string {
  return `${intentId}_secret_${randomText(25)}`;
}
