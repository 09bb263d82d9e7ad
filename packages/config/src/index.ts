export * from './fragments.js';
export * from './load-config.js';
export * from './temporal-config.js';
