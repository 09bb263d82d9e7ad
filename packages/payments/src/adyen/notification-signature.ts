import { createHmac, timingSafeEqual } from 'node:crypto';

/** Reads HMAC keys as Adyen gives them. @throws TypeError for a malformed key, without showing it */
export function readHmacKeys(keys: string | readonly string[]): readonly Buffer[] {
  const given = typeof keys === 'string' ? [keys] : keys;
  if (given.length === 0 || !given.every((key) => /^([0-9A-Fa-f]{2}){16,}$/.test(key))) {
    throw new TypeError('the HMAC keys of Adyen must be hexadecimal digits, as the Customer Area shows them');
  }
  return given.map((key) => Buffer.from(key, 'hex'));
}

/**
 * The text that is signed: eight members, the empty text for each missing one. `reason`, `eventDate` and
 * `additionalData` are unsigned: the owner of one genuine item can change them freely.
 *
 * @param item the item as it arrived, since its signature is verified before anything else
 * @returns undefined where a member is neither text nor, for the value, a number: no signature fits such an item
 * @see https://docs.adyen.com/development-resources/webhooks/verify-hmac-signatures
 */
export function signedText(item: unknown): string | undefined {
  const amount = memberOf(item, 'amount') ?? {};
  const value = memberOf(amount, 'value') ?? 0;
  const members = [
    memberOf(item, 'pspReference'),
    memberOf(item, 'originalReference'),
    memberOf(item, 'merchantAccountCode'),
    memberOf(item, 'merchantReference'),
    typeof value === 'number' ? String(value) : value,
    memberOf(amount, 'currency'),
    memberOf(item, 'eventCode'),
    memberOf(item, 'success'),
  ].map((member) => member ?? '');
  return members.every((member) => typeof member === 'string') ? members.join(':') : undefined;
}

/** Whether one of the keys has signed the item. Takes the same time for every signature. */
export function isSigned(item: unknown, keys: readonly Buffer[]): boolean {
  const given = memberOf(memberOf(item, 'additionalData'), 'hmacSignature');
  const text = signedText(item);
  if (typeof given !== 'string' || text === undefined) return false;
  const signature = Buffer.from(given, 'base64');
  let signed = false;
  for (const key of keys) {
    const expected = createHmac('sha256', key).update(text, 'utf8').digest();
    if (signature.length === expected.length && timingSafeEqual(signature, expected)) signed = true;
  }
  return signed;
}

/** A member of what may be anything. Undefined where it has none of that name. */
export function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[name];
}
