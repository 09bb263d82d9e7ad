import { createHash } from 'node:crypto';

/** "PayPal-Request-Id", by the Orders API's reference; the Payments API's names no limit. */
const maxRequestIdLength = 108;
/** `custom_id` and `invoice_id`. */
const maxOperationIdLength = 127;

/** The `PayPal-Request-Id` of an idempotency key: the key itself, or what stands for a long one. */
export function requestIdOf(idempotencyKey: string): string {
  return idempotencyKey.length <= maxRequestIdLength ? idempotencyKey : digest(idempotencyKey);
}

/**
 * An idempotency key in the letters of PayPal's `custom_id` and `invoice_id` (`[A-Za-z0-9-_.,]`), so that an operation
 * finds its own earlier effect, also after PayPal has forgotten the key. What is not in them is written by its code,
 * so two keys never become one.
 */
export function operationIdOf(idempotencyKey: string): string {
  const written = idempotencyKey.replace(
    /[^A-Za-z0-9-]/g,
    (character) => `_${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
  return written.length <= maxOperationIdLength ? written : digest(idempotencyKey);
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
