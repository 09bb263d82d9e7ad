import { errorResponses, jsonResponse } from './open-api-responses.js';
import { schemaReference, type OpenApiObject, type SchemaName } from './open-api-schemas.js';
import {
  renderAcceptedChange,
  renderChangedOrder,
  renderFulfillment,
  renderRefund,
  renderReturn,
} from './order-part-resources.js';
import { renderOrderInvoice } from './order-invoice-resource.js';
import { renderOrderProof } from './order-proof-resource.js';
import { renderOrderStatus } from './order-status-resource.js';

const orderId = 'a1b2c3d4-e5f6-7890-abcd-ef1234567890';
const itemId = 'b2c3d4e5-f6a7-8901-bcde-f23456789012';
const partId = 'd4e5f6a7-b8c9-4012-8def-456789012345';
const at = (minute: number): string => new Date(Date.UTC(2026, 10, 22, 9, minute)).toISOString();
const lines = [{ lineId: itemId, quantity: 1 }];

const parcel = { id: partId, trackingNumber: '1Z999AA10123456784', carrier: 'UPS', lines, shippedAt: at(0) };
const returned = {
  id: partId,
  status: 'requested',
  reason: 'too small',
  lines,
  requestedAt: at(10),
} as const;
const refund = { id: partId, status: 'pending', amountMinor: 8_999, lines, requestedAt: at(20) } as const;

const invoice = renderOrderInvoice({
  ...{ id: partId, sequence: 1, orderId, orderNumber: 'ORD-10001', status: 'paid' },
  ...{ currency: 'USD', currencyExponent: 2, totalMinor: 17_998, paidMinor: 17_998, creditedMinor: 8_999 },
  creditNotes: [
    { id: itemId, sequence: 1, reason: 'refund', refundId: partId, amountMinor: 8_999, createdAt: at(21) },
  ],
  ...{ createdAt: at(0), issuedAt: at(0), paidAt: at(0) },
});

const examples = {
  ChangedOrder: renderChangedOrder(orderId, { status: 'cancelled', paymentStatus: 'refunded', version: 8 }),
  Fulfillment: renderFulfillment(parcel),
  FulfillmentList: { fulfillments: [renderFulfillment(parcel)] },
  Return: renderReturn(returned),
  ReturnList: { returns: [renderReturn(returned)] },
  Refund: renderRefund(refund, 2),
  RefundList: { refunds: [renderRefund(refund, 2)] },
  OrderStatus: renderOrderStatus({
    orderId,
    number: 'ORD-10001',
    status: 'pending',
    paymentStatus: 'unknown',
    step: 'the payment is being captured',
    waiting: {
      code: 'PaymentOutcomeUnknown',
      fault: 'PaymentOutcomeUnknown: Stripe did not answer within 20000 ms',
      since: at(0),
      attempts: 8,
      nextAttemptAt: at(1),
    },
  }),
  OrderInvoiceList: { invoices: [invoice] },
  OrderProof: renderOrderProof({
    ...{ tenantId: partId, orgId: partId },
    orderId,
    number: 'ORD-10001',
    status: 'delivered',
    currency: 'USD',
    currencyExponent: 2,
    totalMinor: 17_998,
    money: {
      provider: 'stripe',
      reference: 'pi_3Pqr4RLkdIwHu7ix0pQvA1bC',
      authorizedMinor: 17_998,
      capturedMinor: 17_998,
      voidedMinor: 0,
      refundedMinor: 8_999,
    },
    invoice: { sequence: 1, status: 'paid', totalMinor: 17_998, paidMinor: 17_998, creditedMinor: 8_999 },
    lines: [
      { lineId: itemId, isStocked: true, ordered: 2, reserved: 2, released: 0, shipped: 2, restocked: 1 },
    ],
    events: 14,
    faults: [],
  }),
} as const satisfies Partial<Record<SchemaName, unknown>>;

const bodies = {
  CancelOrder: { reason: 'the customer changed their mind' },
  CreateFulfillment: { tracking_number: '1Z999AA10123456784', carrier: 'UPS' },
  CreateReturn: { items: [{ item_id: itemId, quantity: 1 }], reason: 'too small' },
  DecideReturn: { reason: 'within the return window' },
  ReceiveReturn: { restocked_item_ids: [itemId] },
  CreateRefund: { return_id: partId },
} as const satisfies Partial<Record<SchemaName, unknown>>;

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
    ...(description === undefined ? {} : { description }),
    responses: {
      '200': jsonResponse({ description: summary, schema: answers, example: examples[answers] }),
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
    ...(description === undefined ? {} : { description }),
    parameters: [{ $ref: '#/components/parameters/IdempotencyKey' }],
    ...(takes === undefined
      ? {}
      : {
          requestBody: {
            required: takes === 'CreateReturn',
            content: { 'application/json': { schema: schemaReference(takes), example: bodies[takes] } },
          },
        }),
    responses: {
      [status]: jsonResponse({
        description: 'It is done. `Idempotent-Replayed` says that it had been done before under this key.',
        schema: answers,
        example: examples[answers],
        headers: { 'Idempotent-Replayed': { $ref: '#/components/headers/IdempotentReplayed' } },
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
