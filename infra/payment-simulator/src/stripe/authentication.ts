import { timingSafeEqual } from 'node:crypto';

import { unauthenticated } from './stripe-error.js';

/**
 * Checks an `Authorization` header: `Bearer sk_…`, or `Basic` with the key as the user name.
 *
 * @param accepted the accepted keys; an empty list accepts every key in the format of a secret key
 * @throws StripeError 401
 * @see https://docs.stripe.com/api/authentication
 */
export function authenticate(header: string | undefined, accepted: readonly string[]): void {
  const key = keyOf(header);
  if (key === undefined) throw unauthenticated(undefined);
  const known =
    accepted.length === 0
      ? /^[sr]k_[\x21-\x7e]+$/.test(key)
      : accepted.some((candidate) => isSame(candidate, key));
  if (!known) throw unauthenticated(key);
}

function keyOf(header: string | undefined): string | undefined {
  const [scheme = '', value = ''] = (header ?? '').trim().split(/\s+/, 2);
  if (value === '') return undefined;
  if (scheme.toLowerCase() === 'bearer') return value;
  if (scheme.toLowerCase() !== 'basic') return undefined;
  const [user = ''] = Buffer.from(value, 'base64').toString('utf8').split(':', 1);
  return user === '' ? undefined : user;
}

function isSame(candidate: string, key: string): boolean {
  const [a, b] = [Buffer.from(candidate), Buffer.from(key)];
  return a.length === b.length && timingSafeEqual(a, b);
}
