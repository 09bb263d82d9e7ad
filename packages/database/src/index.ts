export * from './order-reader.js';
