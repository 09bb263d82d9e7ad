import { createHash } from 'node:crypto';

/** The limit of `PayPal-Request-Id` in the reference of the Orders API. The Payments API documents no limit. */
const maxRequestIdLength = 108;
/** `custom_id` and `invoice_id`. */
const maxOperationIdLength = 127;

/** The `PayPal-Request-Id` of an idempotency key: the key itself, or a digest of a long one. */
export function requestIdOf(idempotencyKey: string): string {
  return idempotencyKey.length <= maxRequestIdLength ? idempotencyKey : digest(idempotencyKey);
}

/** Marks a digest that replaces a long key. Keys never begin with it: their dots are escaped. */
const digestMark = 'sha256.';

/**
 * Encodes an idempotency key in the characters of PayPal's `custom_id` and `invoice_id` (`[A-Za-z0-9-_.,]`). By this
 * id, an operation finds its own earlier effect, also after PayPal has forgotten the key. Other characters are
 * escaped by their code, so different keys have different ids.
 */
export function operationIdOf(idempotencyKey: string): string {
  const written = idempotencyKey.replace(
    /[^A-Za-z0-9-]/g,
    (character) => `_${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
  return written.length <= maxOperationIdLength ? written : digest(idempotencyKey);
}

/** Decodes an idempotency key. Undefined for a digest and for invalid text. */
export function idempotencyKeyOf(operationId: string): string | undefined {
  if (!/^(?:[A-Za-z0-9-]|_[0-9a-f]{2})+$/.test(operationId)) return undefined;
  return operationId.replace(/_([0-9a-f]{2})/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)));
}

function digest(text: string): string {
  return digestMark + createHash('sha256').update(text).digest('base64url');
}
