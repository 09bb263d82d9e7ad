import { createHmac, timingSafeEqual } from 'node:crypto';

import type { NotificationItem } from './adyen-notification.js';

/** Reads HMAC keys as Adyen gives them. @throws TypeError for what is none, without showing it */
export function readHmacKeys(keys: string | readonly string[]): readonly Buffer[] {
  const given = typeof keys === 'string' ? [keys] : keys;
  if (given.length === 0 || !given.every((key) => /^([0-9A-Fa-f]{2}){16,}$/.test(key))) {
    throw new TypeError('the HMAC keys of Adyen must be hexadecimal digits, as the Customer Area shows them');
  }
  return given.map((key) => Buffer.from(key, 'hex'));
}

/**
 * The text that is signed: eight members, nothing for those that are not there. The rest of an item, such as `reason`
 * and `eventDate`, is not signed.
 *
 * @see https://docs.adyen.com/development-resources/webhooks/verify-hmac-signatures
 */
export function signedText(item: NotificationItem): string {
  return [
    item.pspReference,
    item.originalReference,
    item.merchantAccountCode,
    item.merchantReference,
    String(item.amount.value),
    item.amount.currency,
    item.eventCode,
    item.success,
  ].join(':');
}

/** Whether one of the keys has signed the item. Takes the same time whatever the signature is. */
export function isSigned(item: NotificationItem, keys: readonly Buffer[]): boolean {
  const given = item.additionalData['hmacSignature'];
  if (typeof given !== 'string') return false;
  const signature = Buffer.from(given, 'base64');
  const text = signedText(item);
  let signed = false;
  for (const key of keys) {
    const expected = createHmac('sha256', key).update(text, 'utf8').digest();
    if (signature.length === expected.length && timingSafeEqual(signature, expected)) signed = true;
  }
  return signed;
}
