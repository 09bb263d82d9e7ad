import type { WebhookReadersConfig } from '@oms/payments';

import type { GatewayConfig } from './gateway-config.js';

/** The settings of the webhooks whose signatures the configuration can verify. */
export function webhookSettings(config: GatewayConfig): WebhookReadersConfig {
  const { STRIPE_WEBHOOK_SECRET: secret } = config;
  return {
    ...(secret === undefined ? {} : { stripe: { secret } }),
    ...adyenSettings(config),
    ...paypalSettings(config),
  };
}

function adyenSettings(config: GatewayConfig): Pick<WebhookReadersConfig, 'adyen'> {
  const { ADYEN_HMAC_KEYS: hmacKey, ADYEN_MERCHANT_ACCOUNT: merchantAccount } = config;
  const { ADYEN_WEBHOOK_USER: username, ADYEN_WEBHOOK_PASSWORD: passwords } = config;
  if (hmacKey === undefined || merchantAccount === undefined) return {};
  const hasPassword = username !== undefined && passwords !== undefined;
  return {
    adyen: { hmacKey, merchantAccount, ...(hasPassword ? { basicAuth: { username, passwords } } : {}) },
  };
}

function paypalSettings(config: GatewayConfig): Pick<WebhookReadersConfig, 'paypal'> {
  const { PAYPAL_CLIENT_ID: clientId, PAYPAL_CLIENT_SECRET: clientSecret } = config;
  const { PAYPAL_WEBHOOK_ID: webhookId, PAYPAL_API_BASE_URL: apiBaseUrl } = config;
  const { PAYPAL_WEBHOOK_AUTHORITY: authority, PAYPAL_WEBHOOK_CERTIFICATE_ORIGIN: origin } = config;
  if (clientId === undefined || clientSecret === undefined || webhookId === undefined) return {};
  return {
    paypal: {
      clientId,
      clientSecret,
      webhookId,
      environment: config.PAYPAL_ENVIRONMENT,
      timeoutMs: config.WEBHOOK_TIMEOUT_MS,
      ...(apiBaseUrl === undefined ? {} : { apiBaseUrl }),
      ...(origin === undefined || authority === undefined
        ? {}
        : { webhookCertificates: { origin, authority } }),
    },
  };
}
