import type { PaymentProvidersConfig } from '@oms/payments';

import type { PaymentWorkerConfig } from './payment-worker-config.js';

/** The providers that the configuration has credentials of. */
export function providerSettings(config: PaymentWorkerConfig): PaymentProvidersConfig {
  return { ...stripeSettings(config), ...adyenSettings(config), ...paypalSettings(config) };
}

function stripeSettings(config: PaymentWorkerConfig): Pick<PaymentProvidersConfig, 'stripe'> {
  const { STRIPE_API_KEY: apiKey, STRIPE_API_BASE_URL: baseUrl, PAYMENT_TIMEOUT_MS: timeoutMs } = config;
  if (apiKey === undefined) return {};
  return { stripe: { apiKey, timeoutMs, ...(baseUrl === undefined ? {} : { baseUrl }) } };
}

function adyenSettings(config: PaymentWorkerConfig): Pick<PaymentProvidersConfig, 'adyen'> {
  const { ADYEN_API_KEY: apiKey, ADYEN_MERCHANT_ACCOUNT: merchantAccount } = config;
  const { ADYEN_LIVE_PREFIX: liveEndpointUrlPrefix, ADYEN_API_BASE_URL: apiBaseUrl } = config;
  if (apiKey === undefined || merchantAccount === undefined) return {};
  return {
    adyen: {
      apiKey,
      merchantAccount,
      environment: config.ADYEN_ENVIRONMENT,
      timeoutMs: config.PAYMENT_TIMEOUT_MS,
      ...(liveEndpointUrlPrefix === undefined ? {} : { liveEndpointUrlPrefix }),
      ...(apiBaseUrl === undefined ? {} : { apiBaseUrl }),
    },
  };
}

function paypalSettings(config: PaymentWorkerConfig): Pick<PaymentProvidersConfig, 'paypal'> {
  const { PAYPAL_CLIENT_ID: clientId, PAYPAL_CLIENT_SECRET: clientSecret } = config;
  const { PAYPAL_API_BASE_URL: apiBaseUrl, PAYMENT_TIMEOUT_MS: timeoutMs } = config;
  if (clientId === undefined || clientSecret === undefined) return {};
  const environment = config.PAYPAL_ENVIRONMENT;
  return {
    paypal: {
      clientId,
      clientSecret,
      environment,
      timeoutMs,
      ...(apiBaseUrl === undefined ? {} : { apiBaseUrl }),
    },
  };
}
