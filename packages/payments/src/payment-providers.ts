import type { PaymentProviders } from './payment-provider.js';
import type { StripeConfig } from './stripe/stripe-client.js';
import { createStripeProvider } from './stripe/stripe-provider.js';

/** The providers to connect. One that has no configuration is not there, and orders that name it are refused. */
export interface PaymentProvidersConfig {
  readonly stripe?: StripeConfig;
}

/**
 * Connects the configured providers. Nothing is asked of them yet.
 *
 * @throws TypeError when a configuration cannot be meant
 */
export function createPaymentProviders(config: PaymentProvidersConfig): PaymentProviders {
  return { ...(config.stripe ? { stripe: createStripeProvider(config.stripe) } : {}) };
}
