import { given } from '../kit/given.js';
import { idempotencyKeyParameter } from './open-api-parameters.js';
import { acceptedOrder, errorResponses, jsonResponse, replayedHeader } from './open-api-responses.js';
import { schemaReference, type OpenApiObject } from './open-api-schemas.js';
import { renderAcceptedChange } from '../orders/order-part-resources.js';
import { operationPaths } from '../orders/order-status-resource.js';

import { bodies, examples, orderId } from './open-api-order-examples.js';

const requiredBodies: readonly (keyof typeof bodies)[] = ['CreateReturn', 'Operation', 'ResolvePayment'];

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly answers: keyof typeof examples;
  readonly description?: string;
}
interface ChangeOperation extends Operation {
  readonly takes?: keyof typeof bodies;
  /** 201 for what makes something. */
  readonly status?: 200 | 201;
}

function readOperation({ operationId, summary, description, answers }: Operation): OpenApiObject {
  return {
    operationId,
    tags: ['Orders'],
    summary,
    ...given({ description }),
    responses: {
      '200': jsonResponse({ description: summary, schema: answers, example: examples[answers] }),
      '202': acceptedOrder(),
      ...errorResponses(400, 401, 403, 404, 429, 500),
    },
  };
}

function changeOperation({ takes, status = 200, ...operation }: ChangeOperation): OpenApiObject {
  const { operationId, summary, description, answers } = operation;
  return {
    operationId,
    tags: ['Orders'],
    summary,
    ...given({ description }),
    parameters: [idempotencyKeyParameter],
    ...(takes === undefined
      ? {}
      : {
          requestBody: {
            required: requiredBodies.includes(takes),
            content: { 'application/json': { schema: schemaReference(takes), example: bodies[takes] } },
          },
        }),
    responses: {
      [status]: jsonResponse({
        description: 'It is done. `Idempotent-Replayed` says that it had been done before under this key.',
        schema: answers,
        example: examples[answers],
        headers: replayedHeader,
      }),
      '202': jsonResponse({
        description:
          'The order has taken the change in, for good, and goes on by itself. Ask for the order to see.',
        schema: 'AcceptedChange',
        example: renderAcceptedChange(orderId),
      }),
      ...errorResponses(400, 401, 403, 404, 413, 429, 500),
    },
  };
}

function operatorOperation(
  operationId: string,
  summary: string,
  description: string,
  takes: 'Operation' | 'ResolvePayment' = 'Operation',
): OpenApiObject {
  return {
    post: changeOperation({
      ...{ operationId, takes, answers: 'ChangedOrder' },
      summary: `For operators: ${summary}`,
      description: `Who did it and why is kept in the audit log. ${description}`,
    }),
  };
}

/** What can be done with an order once it is placed, by path below the order's. */
export const orderChangePaths: Readonly<Record<string, OpenApiObject>> = {
  '/cancel': {
    post: changeOperation({
      operationId: 'cancelOrder',
      summary: 'Cancel an order',
      description:
        'While it is pending or confirmed. What was reserved is released, what was authorised is voided, what was captured is refunded.',
      takes: 'CancelOrder',
      answers: 'ChangedOrder',
    }),
  },
  '/close': {
    post: changeOperation({
      operationId: 'closeOrder',
      summary: 'Close a delivered order',
      description:
        'An order is also closed by itself when the return window has passed. It is not closed while a return is requested or approved, and nothing about it changes afterwards.',
      answers: 'ChangedOrder',
    }),
  },
  '/fulfillments': {
    get: readOperation({
      operationId: 'listFulfillments',
      summary: 'List the parcels of an order',
      answers: 'FulfillmentList',
    }),
    post: changeOperation({
      operationId: 'createFulfillment',
      summary: 'Ship an order, or a part of it',
      description:
        'The order is `processing` with its first parcel and `shipped` when all has left. Stock leaves what is on hand.',
      takes: 'CreateFulfillment',
      answers: 'Fulfillment',
      status: 201,
    }),
  },
  '/fulfillments/{fulfillmentID}/deliver': {
    post: changeOperation({
      operationId: 'deliverFulfillment',
      summary: 'A parcel has arrived',
      description: 'The order is `delivered` when all of its parcels have arrived.',
      answers: 'Fulfillment',
    }),
  },
  '/returns': {
    get: readOperation({
      operationId: 'listReturns',
      summary: 'List the returns of an order',
      answers: 'ReturnList',
    }),
    post: changeOperation({
      operationId: 'createReturn',
      summary: 'Ask for a return',
      takes: 'CreateReturn',
      answers: 'Return',
      status: 201,
    }),
  },
  '/returns/{returnID}/approve': {
    post: changeOperation({
      operationId: 'approveReturn',
      summary: 'Approve a return',
      takes: 'DecideReturn',
      answers: 'Return',
    }),
  },
  '/returns/{returnID}/decline': {
    post: changeOperation({
      operationId: 'declineReturn',
      summary: 'Decline a return',
      takes: 'DecideReturn',
      answers: 'Return',
    }),
  },
  '/returns/{returnID}/receive': {
    post: changeOperation({
      operationId: 'receiveReturn',
      summary: 'The items of a return are back',
      takes: 'ReceiveReturn',
      answers: 'Return',
    }),
  },
  '/refunds': {
    get: readOperation({
      operationId: 'listRefunds',
      summary: 'List the refunds of an order',
      answers: 'RefundList',
    }),
    post: changeOperation({
      operationId: 'createRefund',
      summary: 'Give money back',
      description:
        'Never more than was captured. The refund is `pending` until the payment provider has answered; a refusal of the provider fails the refund, not the order.',
      takes: 'CreateRefund',
      answers: 'Refund',
      status: 201,
    }),
  },
  [operationPaths.retry]: operatorOperation(
    'retryOrder',
    'try again at once what waits',
    'Changes nothing else.',
  ),
  [operationPaths.give_up]: operatorOperation(
    'giveUpOrder',
    'give up an order that waits',
    'Only while it is pending. What was done for it is undone, as when it is cancelled, with the reason `given_up_by_operator`; 202 while that waits for a provider.',
  ),
  [operationPaths.resolve_payment]: operatorOperation(
    'resolvePayment',
    'say what became of a payment',
    'Only while `payment_status` is `unknown`. The provider is asked first, and a statement that contradicts what it says is refused. The order goes on from there.',
    'ResolvePayment',
  ),
  '/status': {
    get: readOperation({
      operationId: 'getOrderStatus',
      summary: 'Why is it waiting?',
      description:
        'What is being done, since when it waits, for which fault, which attempt that was, when the next one is, and what would let it go on.',
      answers: 'OrderStatus',
    }),
  },
  '/invoices': {
    get: readOperation({
      operationId: 'listOrderInvoices',
      summary: 'Get the invoice of an order, with its credit notes',
      description:
        'Made when the order is confirmed. A refund is credited; cancelling the order credits all that is left of an invoice that was issued.',
      answers: 'OrderInvoiceList',
    }),
  },
  '/proof': {
    get: readOperation({
      operationId: 'getOrderProof',
      summary: 'Prove that an order’s books balance',
      description:
        'Money in and out, stock reserved, shipped and put back, taken from the ledgers and compared with the order’s invoice, payments, credit notes, other documents, status and history.',
      answers: 'OrderProof',
    }),
  },
};
