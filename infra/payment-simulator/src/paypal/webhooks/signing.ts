import { createSign } from 'node:crypto';
import { crc32 } from 'node:zlib';

import type { PayPalAccount } from '../paypal-account.js';
import type { SigningRecord } from '../records.js';
import { issueHostCertificate } from './x509.js';

/** The name in the certificate that PayPal signs webhooks with. */
const host = 'messageverificationcerts.paypal.com';
const onlyId = 'webhooks';

/** What webhooks are signed with. Made when it is first needed, and kept over restarts. */
export function signingOf(account: PayPalAccount): SigningRecord {
  const { signing } = account.books;
  const kept = signing.get(onlyId);
  if (kept) return kept;
  const record = { id: onlyId, ...issueHostCertificate(host, Date.now()) };
  account.commitChanges([signing.put(record)]);
  return record;
}

/** What identifies one transmission of a webhook. */
export interface Transmission {
  readonly id: string;
  /** ISO 8601. */
  readonly time: string;
  readonly webhookId: string;
}

/**
 * PayPal's signature of a webhook: SHA256withRSA over `transmissionId|time|webhookId|crc32`, the last one being the
 * CRC-32 of the body in decimal digits.
 *
 * @see https://developer.paypal.com/api/rest/webhooks/rest/#link-selfverificationmethod
 */
export function signTransmission(
  { id, time, webhookId }: Transmission,
  body: string,
  keyPem: string,
): string {
  const message = `${id}|${time}|${webhookId}|${crc32(body)}`;
  return createSign('sha256').update(message).sign(keyPem, 'base64');
}
