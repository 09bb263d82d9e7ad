export * from './payment-provider.js';
