import { createVerify } from 'node:crypto';
import { crc32 } from 'node:zlib';

import type { WebhookRequest } from '../payment-notification.js';
import type { SigningCertificates } from './signing-certificates.js';

/**
 * PayPal tries for three days to deliver an event, and a later try has been seen to bear the time of the first one.
 * What is older than that, and a little, was not sent by PayPal now.
 */
const maxAgeMs = 4 * 86_400_000;
/** How far PayPal's clock may be ahead of this one. */
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
  { readonly kind: 'genuine' } | { readonly kind: 'refused' | 'unavailable'; readonly message: string };

/**
 * Checks that PayPal has sent a webhook, and sent it to this webhook's id: SHA256withRSA over
 * `transmissionId|time|webhookId|crc32`, the last one being the CRC-32 of the body's bytes in decimal digits.
 *
 * @see https://developer.paypal.com/api/rest/webhooks/rest/#link-selfverificationmethod
 */
export async function checkSignature(
  { headers, body }: WebhookRequest,
  { webhookId, certificates, nowMs }: Checking,
): Promise<SignatureOutcome> {
  const given = readHeaders(headers);
  if (!given) return refused('it has not all of the headers that PayPal signs webhooks with');
  if (given.algorithm.toLowerCase() !== 'sha256withrsa')
    return refused('its signature is of an unknown kind');
  const ageMs = nowMs - Date.parse(given.time);
  if (!(ageMs <= maxAgeMs && ageMs >= -maxAheadMs)) return refused('it was not sent now');
  const signing = await certificates.keyAt(given.certUrl);
  if (signing.kind !== 'trusted') return signing;
  const message = `${given.id}|${given.time}|${webhookId}|${crc32(body)}`;
  return createVerify('sha256').update(message).verify(signing.key, given.signature, 'base64')
    ? { kind: 'genuine' }
    : refused('its signature is wrong');
}

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
  return { kind: 'refused', message: `the request is not from PayPal: ${why}` };
}
