import { z } from 'zod';

import { wholeNumber } from './fragments.js';
import { adyenConfig, adyenRules, paypalConfig, paypalRules, stripeConfig } from './payment-config.js';
import { isGiven, type VariableRule } from './variable-rules.js';

/** The accounts at payment providers, for services that call the providers. */
export const providerAccounts = z.object({
  ...stripeConfig.shape,
  ...adyenConfig.shape,
  ...paypalConfig.shape,
  /** Time after which the outcome of a call to a provider counts as unknown. */
  PAYMENT_TIMEOUT_MS: wholeNumber({ min: 100, max: 25_000 }).default(10_000),
});
type ProviderAccounts = z.infer<typeof providerAccounts>;

const keys = ['STRIPE_API_KEY', 'ADYEN_API_KEY', 'PAYPAL_CLIENT_ID'] as const;

/** At least one provider, each with complete variables. */
export const providerAccountRules: readonly VariableRule[] = [
  ...adyenRules,
  ...paypalRules,
  [
    'STRIPE_API_KEY',
    'is required, or ADYEN_API_KEY, or PAYPAL_CLIENT_ID',
    (given) => keys.some((key) => isGiven(given[key])),
  ],
];

/** The settings of all providers that have credentials. */
export function providerSettings(config: ProviderAccounts) {
  return { ...stripeSettings(config), ...adyenSettings(config), ...paypalSettings(config) };
}

function stripeSettings(config: ProviderAccounts) {
  const { STRIPE_API_KEY: apiKey, STRIPE_API_BASE_URL: baseUrl, PAYMENT_TIMEOUT_MS: timeoutMs } = config;
  if (apiKey === undefined) return {};
  return { stripe: { apiKey, timeoutMs, ...(baseUrl === undefined ? {} : { baseUrl }) } };
}

function adyenSettings(config: ProviderAccounts) {
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

function paypalSettings(config: ProviderAccounts) {
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
