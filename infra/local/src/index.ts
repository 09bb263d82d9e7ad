export * from './development-token.js';
export * from './ports.js';
export * from './postgres.js';
export * from './processes.js';
export * from './service-environment.js';
export * from './service-process.js';
export * from './temporal-binary.js';
export * from './temporal.js';
