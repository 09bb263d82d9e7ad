import { PaymentProviderName } from '@oms/domain';

import type { PaymentNotification, WebhookOutcome, WebhookReader } from '../payment-notification.js';
import { createPayPalClient, type PayPalClient, type PayPalConfig } from './paypal-client.js';
import { notificationOf, readEvent, type PayPalEvent } from './read-event.js';
import { SigningCertificates } from './signing-certificates.js';
import { checkSignature, notFromPayPal, refusalOfHeaders } from './webhook-signature.js';

/**
 * Makes a reader of PayPal's webhooks. Verifies signatures with PayPal's certificate, which is fetched once a day.
 *
 * Events of refunds and disputes name only a capture, so the reader asks PayPal for its authorisation. While PayPal
 * does not answer, the webhook is `unavailable`, and PayPal sends it again.
 *
 * @throws TypeError for an invalid configuration, or one without a webhook id
 */
export function createPayPalWebhookReader(
  config: PayPalConfig,
  { nowMs = Date.now }: { readonly nowMs?: () => number } = {},
): WebhookReader {
  const { webhookId, timeoutMs, webhookCertificates: instead } = config;
  if (webhookId === undefined || webhookId === '') {
    throw new TypeError('PayPal signs webhooks for the id of a webhook: to read them it must be configured');
  }
  const client = createPayPalClient(config);
  const certificates = new SigningCertificates({ timeoutMs, instead, nowMs });
  return {
    name: PaymentProviderName.PayPal,
    refusalOf(headers) {
      const refusal = refusalOfHeaders(headers, nowMs());
      return refusal === undefined ? undefined : notFromPayPal(refusal);
    },
    async read(request) {
      const signature = await checkSignature(request, { webhookId, certificates, nowMs: nowMs() });
      if (signature.kind === 'unavailable') return { ...signature, isSigned: false };
      if (signature.kind === 'refused') return signature;
      const event = readEvent(request.body);
      // Genuine, but about nothing that concerns this system.
      return event ? complete(client, event) : { kind: 'verified', notifications: [] };
    },
  };
}

async function complete(client: PayPalClient, event: PayPalEvent): Promise<WebhookOutcome> {
  const notifications: PaymentNotification[] = [];
  for (const said of event.says) {
    if ('reference' in said) {
      notifications.push(notificationOf(event, said, said.reference));
      continue;
    }
    if (!/^[A-Z0-9]{1,40}$/.test(said.captureId)) continue;
    const capture = await client.getCapture(said.captureId);
    if (capture.ok) {
      const { authorizationId } = capture.value;
      if (authorizationId !== undefined) notifications.push(notificationOf(event, said, authorizationId));
    } else if (capture.failure.kind !== 'not_found') {
      return { kind: 'unavailable', message: capture.failure.message, isSigned: true };
    }
  }
  return { kind: 'verified', notifications };
}
