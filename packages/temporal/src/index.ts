export * from './ensure-search-attributes.js';
export * from './given-up-updates.js';
export * from './order-description.js';
export * from './order-start.js';
export * from './pending-steps.js';
export * from './temporal.js';
