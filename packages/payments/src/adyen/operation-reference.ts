import { createHash } from 'node:crypto';

const hashed = 'sha256-';

/**
 * The name of an operation at Adyen: its idempotency key, and the `reference` that its notifications repeat.
 * Adyen allows 64 characters for both; a longer key is hashed. The same key always makes the same reference, and
 * different keys make different ones.
 */
export function operationReference(idempotencyKey: string): string {
  // A short key that looks like a hashed one is hashed too, so that it cannot be taken for one.
  if (idempotencyKey.length <= 64 && !idempotencyKey.startsWith(hashed)) return idempotencyKey;
  return `${hashed}${createHash('sha256').update(idempotencyKey).digest('base64url')}`;
}
