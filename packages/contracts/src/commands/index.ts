export { parseOrderCommand } from './parse-order-command.js';
