import type { PaymentProviderName } from '@oms/domain';

import { createAdyenWebhookReader, type AdyenWebhookConfig } from './adyen/adyen-webhook-reader.js';
import type { WebhookReader } from './payment-notification.js';
import type { PayPalConfig } from './paypal/paypal-client.js';
import { createPayPalWebhookReader } from './paypal/paypal-webhook-reader.js';
import { withStorableNotifications } from './storable-words.js';
import { createStripeWebhookReader, type StripeWebhookConfig } from './stripe/stripe-webhook-reader.js';

/** The providers whose webhooks are read. */
export interface WebhookReadersConfig {
  readonly stripe?: StripeWebhookConfig;
  readonly adyen?: AdyenWebhookConfig;
  /** With the id of the webhook. */
  readonly paypal?: PayPalConfig;
}

/** The readers that are configured, by provider. */
export type WebhookReaders = Readonly<Partial<Record<PaymentProviderName, WebhookReader>>>;

/** @throws TypeError for an invalid configuration */
export function createWebhookReaders({ stripe, adyen, paypal }: WebhookReadersConfig): WebhookReaders {
  return {
    ...(stripe ? { stripe: withStorableNotifications(createStripeWebhookReader(stripe)) } : {}),
    ...(adyen ? { adyen: withStorableNotifications(createAdyenWebhookReader(adyen)) } : {}),
    ...(paypal ? { paypal: withStorableNotifications(createPayPalWebhookReader(paypal)) } : {}),
  };
}
