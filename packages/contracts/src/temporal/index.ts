export * from './failure-type.js';
export * from './order-activities.js';
export * from './order-ids.js';
export * from './order-search-attributes.js';
export * from './order-workflow.js';
export * from './task-queues.js';
