export * from './payment-notification.js';
export * from './payment-provider.js';
export * from './payment-providers.js';
export { createAdyenProvider } from './adyen/adyen-provider.js';
export { createAdyenWebhookReader, type AdyenWebhookConfig } from './adyen/adyen-webhook-reader.js';
export type { AdyenConfig } from './adyen/adyen-client.js';
export { createStripeProvider } from './stripe/stripe-provider.js';
export type { StripeConfig } from './stripe/stripe-client.js';
