export * from './fragments.js';
export * from './load-config.js';
export * from './temporal-config.js';
export * from './payment-config.js';
export * from './erp-config.js';
export * from './provider-settings.js';
export * from './variable-rules.js';
