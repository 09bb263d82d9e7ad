export * from './ports.js';
export * from './postgres.js';
export * from './processes.js';
export * from './temporal.js';
export * from './temporal-binary.js';
