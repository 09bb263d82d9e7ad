import type { AdyenConfig } from './adyen/adyen-client.js';
import { createAdyenProvider } from './adyen/adyen-provider.js';
import type { ReceivedNotifications } from './payment-notification.js';
import type { PaymentProviders } from './payment-provider.js';
import type { PayPalConfig } from './paypal/paypal-client.js';
import { createPayPalProvider } from './paypal/paypal-provider.js';
import type { StripeConfig } from './stripe/stripe-client.js';
import { withStorableWords } from './storable-words.js';
import { createStripeProvider } from './stripe/stripe-provider.js';

/** The providers to connect. Orders that name a provider without a configuration are refused. */
export interface PaymentProvidersConfig {
  readonly stripe?: StripeConfig;
  readonly adyen?: AdyenConfig;
  readonly paypal?: PayPalConfig;
}

/**
 * Connects the configured providers. Sends nothing to them yet.
 *
 * @param notifications the received webhooks of the providers; required for Adyen
 * @throws TypeError for an invalid configuration
 */
export function createPaymentProviders(
  { stripe, adyen, paypal }: PaymentProvidersConfig,
  { notifications }: { readonly notifications?: ReceivedNotifications } = {},
): PaymentProviders {
  return {
    ...(stripe ? { stripe: withStorableWords(createStripeProvider(stripe)) } : {}),
    ...(adyen
      ? { adyen: withStorableWords(createAdyenProvider(adyen, { notifications: required(notifications) })) }
      : {}),
    ...(paypal
      ? { paypal: withStorableWords(createPayPalProvider(paypal, { notifications: notifications ?? none })) }
      : {}),
  };
}

/** PayPal can be asked for payments: notifications help only if it lists no captures of one. */
const none: ReceivedNotifications = { about: () => Promise.resolve([]) };

function required(notifications: ReceivedNotifications | undefined): ReceivedNotifications {
  if (notifications) return notifications;
  throw new TypeError('Adyen cannot be asked for payments: the notifications that were received are needed');
}
