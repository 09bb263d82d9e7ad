import { createVerify } from 'node:crypto';
import { crc32 } from 'node:zlib';

import type { WebhookRequest } from '../payment-notification.js';
import type { SigningCertificates } from './signing-certificates.js';

/**
 * PayPal retries the delivery of an event for three days, and a retry can have the time of the first attempt.
 * Somewhat more than that is the greatest age.
 */
const maxAgeMs = 4 * 86_400_000;
/** The tolerated lead of PayPal's clock. */
const maxAheadMs = 5 * 60_000;

const headerNames = {
  algorithm: 'paypal-auth-algo',
  certUrl: 'paypal-cert-url',
  id: 'paypal-transmission-id',
  time: 'paypal-transmission-time',
  signature: 'paypal-transmission-sig',
} as const;
type Headers = Record<keyof typeof headerNames, string>;

export type SignatureOutcome =
  | { readonly kind: 'genuine' }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'unavailable'; readonly message: string };

/** An RSA signature of 4,096 bits in base64 has 684 characters; PayPal's ids and times have a few dozen. */
const longestHeader = 1_024;

/**
 * Checks that PayPal sent a webhook, and sent it to this webhook id. The signature is SHA256withRSA over
 * `transmissionId|time|webhookId|crc32`; the last part is the CRC-32 of the body's bytes in decimal digits.
 *
 * A CRC-32 does not protect against forgery: an attacker can make another body with the CRC-32 of a genuine webhook,
 * and send it while the time is valid. The content of an event may therefore cause a request to PayPal or a manual
 * check, but never settles where the money is.
 *
 * @see https://developer.paypal.com/api/rest/webhooks/rest/#link-selfverificationmethod
 */
export async function checkSignature(
  { headers, body }: WebhookRequest,
  { webhookId, certificates, nowMs }: Checking,
): Promise<SignatureOutcome> {
  const refusal = refusalOfHeaders(headers, nowMs);
  const given = readHeaders(headers);
  if (refusal !== undefined || !given) return refused(refusal ?? missingHeaders);
  const signing = await certificates.keyAt(given.certUrl);
  if (signing.kind !== 'trusted') return signing;
  const message = `${given.id}|${given.time}|${webhookId}|${crc32(body)}`;
  return createVerify('sha256').update(message).verify(signing.key, given.signature, 'base64')
    ? { kind: 'genuine' }
    : refused('its signature is wrong');
}

/** The fault of a webhook's headers; undefined for headers that PayPal could have sent. */
export function refusalOfHeaders(headers: WebhookRequest['headers'], nowMs: number): string | undefined {
  const given = readHeaders(headers);
  if (!given) return missingHeaders;
  if (Object.values(given).some(({ length }) => length > longestHeader)) {
    return 'one of its headers is longer than those of PayPal';
  }
  if (given.algorithm.toLowerCase() !== 'sha256withrsa') return 'its signature is of an unknown kind';
  const ageMs = nowMs - Date.parse(given.time);
  return ageMs <= maxAgeMs && ageMs >= -maxAheadMs ? undefined : 'it was not sent now';
}

const missingHeaders = 'it has not all of the headers that PayPal signs webhooks with';

interface Checking {
  readonly webhookId: string;
  readonly certificates: SigningCertificates;
  readonly nowMs: number;
}

function readHeaders(headers: WebhookRequest['headers']): Headers | undefined {
  const [algorithm, certUrl, id, time, signature] = Object.values(headerNames).map((name) => headers[name]);
  return algorithm && certUrl && id && time && signature
    ? { algorithm, certUrl, id, time, signature }
    : undefined;
}

function refused(why: string): SignatureOutcome {
  return { kind: 'refused', message: notFromPayPal(why) };
}

/** The message for a request that is not PayPal's. */
export const notFromPayPal = (why: string): string => `the request is not from PayPal: ${why}`;
