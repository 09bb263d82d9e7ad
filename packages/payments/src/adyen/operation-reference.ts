import { createHash } from 'node:crypto';

const hashed = 'sha256-';

/**
 * What an operation is called at Adyen: its idempotency key, and the `reference` that its notifications repeat.
 * Both may have 64 characters; a key of this system's that is longer is hashed. The same key always makes the same
 * reference, and no two keys the same one.
 */
export function operationReference(idempotencyKey: string): string {
  // A short key that looks like a hashed one is hashed too, so that it cannot be taken for one.
  if (idempotencyKey.length <= 64 && !idempotencyKey.startsWith(hashed)) return idempotencyKey;
  return `${hashed}${createHash('sha256').update(idempotencyKey).digest('base64url')}`;
}
