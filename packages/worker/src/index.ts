export * from './run-worker-service.js';
export * from './worker-config.js';
