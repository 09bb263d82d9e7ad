import { RefusalCode } from '@oms/domain';

import type { Answer, DocumentedRefusal } from '../kit/define-operation.js';
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

/** The refusal of a change that names another version than the newest. */
export const staleOrder = {
  description: 'The version is stale: read the newest, and decide again.',
  example: {
    error: 'the order was changed in the meantime; read it, and change its newest version',
    code: RefusalCode.StaleVersion,
    field: 'version',
  },
} as const satisfies DocumentedRefusal;
