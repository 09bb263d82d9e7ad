export * from './bounded-server.js';
export * from './health-server.js';
export * from './logger.js';
export * from './readiness.js';
export * from './run-service.js';
