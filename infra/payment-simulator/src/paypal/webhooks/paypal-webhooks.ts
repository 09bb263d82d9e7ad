import type { WebhookSource } from '../../webhooks/webhook-sender.js';
import { newTransmissionId } from '../ids.js';
import type { PayPalAccount } from '../paypal-account.js';
import type { EventRecord } from '../records.js';
import { renderEvent } from '../render.js';
import { signTransmission, type WebhookSigning } from './signing.js';

export const certificatePath = '/v1/notifications/certs/CERT-SIMULATOR';

/**
 * PayPal's events and their delivery. The secret of an endpoint is its webhook id.
 *
 * @param baseUrl the address of this simulator, below which the certificate is
 * @see https://developer.paypal.com/api/rest/webhooks/
 */
export function payPalWebhooks(
  account: PayPalAccount,
  signing: WebhookSigning,
  baseUrl: () => string,
): WebhookSource<EventRecord> {
  const { events } = account.records;
  return {
    // "If your listener doesn't respond with 2xx, PayPal retries up to 25 times over the course of 3 days."
    giveUpAfterSeconds: 3 * 86_400,
    nowSeconds: () => account.clock.nowSeconds(),
    deliverEventsTo: (onEvents) => {
      account.deliverEventsTo(onEvents);
    },
    find: (id) => events.get(id),
    undelivered: () => events.values(),
    settle: (id) => {
      account.commitChanges([events.remove(id)]);
    },
    render: async (event, { secret: webhookId }) => {
      const { privateKeyPem } = await signing.get();
      const body = JSON.stringify(renderEvent(event));
      // Endpoints compare the time with the real one, not with the simulator's clock.
      const transmission = { id: newTransmissionId(), time: new Date().toISOString(), webhookId };
      const headers = {
        'content-type': 'application/json',
        'user-agent': 'PayPal/AUHR-214.0-57810563',
        'paypal-auth-algo': 'SHA256withRSA',
        'paypal-auth-version': 'v2',
        'paypal-cert-url': `${baseUrl()}${certificatePath}`,
        'paypal-transmission-id': transmission.id,
        'paypal-transmission-time': transmission.time,
        'paypal-transmission-sig': signTransmission(transmission, body, privateKeyPem),
      };
      return { body, headers };
    },
  };
}
