export * from './ensure-search-attributes.js';
export * from './given-up-updates.js';
