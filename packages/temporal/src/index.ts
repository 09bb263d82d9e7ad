export * from './ensure-search-attributes.js';
