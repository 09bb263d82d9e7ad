export * from './payment-notification.js';
export * from './payment-provider.js';
export * from './payment-providers.js';
export { createStripeProvider } from './stripe/stripe-provider.js';
export type { StripeConfig } from './stripe/stripe-client.js';
