import { createHmac } from 'node:crypto';

import type { WebhookEndpoint, WebhookSource } from '../webhooks/webhook-sender.js';
import type { AdyenAccount } from './adyen-account.js';
import type { NotificationItem, NotificationRecord } from './adyen-records.js';

/** Adyen's standard webhooks. @see https://docs.adyen.com/development-resources/webhooks */
export function adyenWebhooks(account: AdyenAccount): WebhookSource<NotificationRecord> {
  const { notifications } = account.records;
  return {
    // "From the queue, we automatically retry sending the webhook for up to 30 days."
    giveUpAfterSeconds: 30 * 86_400,
    nowSeconds: () => account.clock.nowSeconds(),
    deliverEventsTo: (onNotifications) => {
      account.deliverTo(onNotifications);
    },
    find: (id) => notifications.get(id),
    undelivered: () => notifications.values(),
    settle: (id) => {
      account.commitChanges([notifications.remove(id)]);
    },
    render: ({ item }, { secret, basicAuth }) => ({
      body: JSON.stringify({
        live: 'false',
        notificationItems: [{ NotificationRequestItem: signed(item, secret) }],
      }),
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'user-agent': 'Adyen HttpClient 1.0',
        ...(basicAuth ? { authorization: basicAuthorization(basicAuth) } : {}),
      },
    }),
  };
}

function basicAuthorization({ username, password }: NonNullable<WebhookEndpoint['basicAuth']>): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

function signed(item: NotificationItem, hmacKey: string): object {
  return { additionalData: { hmacSignature: signatureOf(item, hmacKey) }, ...item };
}

/**
 * The signature of an item: the HMAC-SHA256 of eight of its members.
 *
 * @see https://docs.adyen.com/development-resources/webhooks/verify-hmac-signatures
 */
function signatureOf(item: NotificationItem, hmacKey: string): string {
  const text = [
    item.pspReference,
    item.originalReference ?? '',
    item.merchantAccountCode,
    item.merchantReference,
    String(item.amount.value),
    item.amount.currency,
    item.eventCode,
    item.success,
  ].join(':');
  return createHmac('sha256', Buffer.from(hmacKey, 'hex')).update(text, 'utf8').digest('base64');
}
