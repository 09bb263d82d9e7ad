import type { Answer } from '../kit/define-operation.js';
import { acceptedWords } from '../kit/accepted-command.js';
import { orderExamples } from './order-examples.js';
import { acceptedChangeResource } from './order-part-resources.js';
import { acceptedOrderResource } from './order-resource.js';

/** The answer to a read of an order that has no record yet. */
export const acceptedOrder = {
  description: 'The order is accepted and not recorded yet. Ask again shortly.',
  schema: acceptedOrderResource,
  example: orderExamples.AcceptedOrder,
  headers: ['Retry-After'],
} as const satisfies Answer;

/** The answer to a change that the order has accepted and not yet completed. */
export const acceptedChange = {
  description: acceptedWords,
  headers: ['Location'],
  schema: acceptedChangeResource,
  example: orderExamples.AcceptedChange,
} as const satisfies Answer;
