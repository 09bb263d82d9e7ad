export * from '../patient.js';
export * from './resource-contract.js';
export * from './use-servers.js';
export * from './use-started.js';
export * from './use-test-stack.js';
