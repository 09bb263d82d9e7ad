import { createSign } from 'node:crypto';
import { crc32 } from 'node:zlib';

import type { PayPalAccount } from '../paypal-account.js';
import type { SigningRecord } from '../records.js';

/** The name in the certificate that PayPal signs webhooks with. */
const host = 'messageverificationcerts.paypal.com';
const onlyId = 'webhooks';

/** The key and certificates of webhook signatures. Made at first use; they survive a restart. */
export class WebhookSigning {
  #making: Promise<SigningRecord> | undefined;

  constructor(private readonly account: PayPalAccount) {}

  async get(): Promise<SigningRecord> {
    const kept = this.account.records.signing.get(onlyId);
    if (kept) return kept;
    this.#making ??= this.#make().finally(() => {
      this.#making = undefined;
    });
    return this.#making;
  }

  async #make(): Promise<SigningRecord> {
    const { signing } = this.account.records;
    // Loading the certificate library takes longer than the rest of the start.
    const { issueHostCertificate } = await import('./host-certificate.js');
    const record = { id: onlyId, ...(await issueHostCertificate(host, Date.now())) };
    this.account.commitChanges([signing.put(record)]);
    return record;
  }
}

/** The identity of one transmission of a webhook. */
export interface Transmission {
  readonly id: string;
  /** ISO 8601. */
  readonly time: string;
  readonly webhookId: string;
}

/**
 * PayPal's signature of a webhook: SHA256withRSA over `transmissionId|time|webhookId|crc32`. `crc32` is the CRC-32 of
 * the body in decimal digits.
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
