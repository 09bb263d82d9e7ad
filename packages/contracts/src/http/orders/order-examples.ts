import { computeTotals, type Order, type OrderEvent } from '@oms/domain';

import { createOrderBody } from './create-order-body.js';
import { createOrderExample } from './create-order-example.js';
import { toCreateOrder } from './new-order.js';
import { renderEvents } from './order-event-resource.js';
import { renderOrderInvoice } from './order-invoice-resource.js';
import {
  renderAcceptedChange,
  renderCancellation,
  renderChangedOrder,
  renderFulfillment,
  renderRefund,
  renderReturn,
} from './order-part-resources.js';
import { renderOperation } from './operation-resource.js';
import { renderOrderProof } from './order-proof-resource.js';
import { renderOrderStatus } from './order-status-resource.js';
import { renderAcceptedOrder, renderOrder, renderOrderList, renderPlacedOrder } from './render-order.js';

const orderId = 'a1b2c3d4-e5f6-7890-abcd-ef1234567890';
const itemId = 'b2c3d4e5-f6a7-8901-bcde-f23456789012';
const partId = 'd4e5f6a7-b8c9-4012-8def-456789012345';
const minuteOf = (minute: number): string => new Date(Date.UTC(2026, 10, 22, 9, minute)).toISOString();
const lines = [{ lineId: itemId, quantity: 1 }];

const parcel = {
  id: partId,
  status: 'shipped',
  trackingNumber: '1Z999AA10123456784',
  carrier: 'UPS',
  lines,
  shippedAt: minuteOf(0),
} as const;
const returned = { id: partId, status: 'requested', lines, requestedAt: minuteOf(10) } as const;
const refund = {
  id: partId,
  status: 'pending',
  amountMinor: 8_999,
  lines: lines.map((line) => ({ ...line, amountMinor: 8_999 })),
  requestedAt: minuteOf(20),
} as const;

const cancelled = {
  id: partId,
  amountMinor: 8_999,
  lines: lines.map((line) => ({ ...line, amountMinor: 8_999 })),
  refundId: 'c3d4e5f6-a7b8-4901-8cde-f34567890123',
  reason: 'not to be had any more',
  cancelledAt: minuteOf(0),
} as const;

const sweaters = {
  ...{
    id: itemId,
    productTitle: 'Classic Wool Sweater',
    sku: 'WOOL-SWTR-M-BLU',
    variantTitle: 'Blue / Medium',
  },
  ...{ quantity: 2, unitPriceMinor: 8_999 },
};

const invoice = renderOrderInvoice({
  ...{ id: partId, sequence: 1, orderId, orderNumber: 'ORD-10001', status: 'paid' },
  ...{ currency: 'USD', currencyExponent: 2, totalMinor: 17_998, paidMinor: 17_998, creditedMinor: 8_999 },
  cancelledMinor: 0,
  lines: [sweaters],
  totals: computeTotals([sweaters], { discountMinor: 0, taxMinor: 0, shippingMinor: 0 }),
  creditNotes: [
    {
      id: itemId,
      sequence: 1,
      reason: 'refund',
      refundId: partId,
      amountMinor: 8_999,
      lines: [{ lineId: itemId, amountMinor: 8_999 }],
      createdAt: minuteOf(21),
    },
  ],
  ...{ createdAt: minuteOf(0), issuedAt: minuteOf(0), paidAt: minuteOf(0) },
});

const worker = (id: string) => ({ type: 'system', id }) as const;

/** The documentation's example order in the status `confirmed`. */
function confirmedOrder(): Order {
  const { idempotencyKey, order } = toCreateOrder(createOrderBody.parse(createOrderExample));
  return {
    ...order,
    id: orderId,
    tenantId: '11111111-2222-3333-4444-555555555555',
    orgId: '66666666-7777-8888-9999-000000000000',
    number: 'ORD-10001',
    idempotencyKey,
    status: 'confirmed',
    paymentStatus: 'captured',
    flags: [],
    lines: order.lines.map((line, index) => ({
      ...line,
      id: 'b2c3d4e5-f6a7-8901-bcde-f23456789012',
      position: index + 1,
    })),
    version: 5,
    createdAt: '2026-11-21T10:00:00.000Z',
    updatedAt: '2026-11-21T10:00:01.204Z',
    statusTimes: { pending: '2026-11-21T10:00:00.000Z', confirmed: '2026-11-21T10:00:01.204Z' },
  };
}

function eventsOfConfirmedOrder(totalMinor: number): readonly OrderEvent[] {
  const at = (milliseconds: number) => new Date(Date.UTC(2026, 10, 21, 10, 0, 0, milliseconds)).toISOString();
  return [
    {
      sequence: 1,
      type: 'order.placed',
      to: 'pending',
      actor: { type: 'user', id: 'user-42' },
      data: {},
      occurredAt: at(0),
    },
    {
      sequence: 2,
      type: 'payment.authorized',
      from: 'pending',
      to: 'authorized',
      actor: worker('payment-worker'),
      data: { amountMinor: totalMinor },
      occurredAt: at(311),
    },
    {
      sequence: 3,
      type: 'inventory.reserved',
      actor: worker('inventory-worker'),
      data: { lines: 1, units: 2 },
      occurredAt: at(560),
    },
    {
      sequence: 4,
      type: 'payment.captured',
      from: 'authorized',
      to: 'captured',
      actor: worker('payment-worker'),
      data: { amountMinor: totalMinor },
      occurredAt: at(987),
    },
    {
      sequence: 5,
      type: 'order.confirmed',
      from: 'pending',
      to: 'confirmed',
      actor: worker('order-worker'),
      data: {},
      occurredAt: at(1204),
    },
  ];
}

const order = confirmedOrder();

/**
 * The documentation's example answers of the Orders API, by the name of their schema. The functions that render real
 * answers also render these.
 */
export const orderExamples = {
  PlacedOrder: renderPlacedOrder(orderId),
  AcceptedPlacement: { ...renderPlacedOrder(orderId), status: 'pending' },
  AcceptedOrder: renderAcceptedOrder(orderId),
  AcceptedChange: renderAcceptedChange(orderId),
  Order: renderOrder(order),
  OrderList: renderOrderList(
    { orders: [order], limit: 1, next: { createdAt: order.createdAt, id: order.id } },
    { offset: 0 },
  ),
  OrderEvents: renderEvents(eventsOfConfirmedOrder(order.totals.totalMinor), { isForOperator: false }),
  Operation: renderOperation(
    { orderId, commandId: partId },
    {
      kind: 'done',
      answer: { status: 'processing', paymentStatus: 'captured', version: 6, partId },
      at: minuteOf(5),
    },
  ),
  ChangedOrder: renderChangedOrder(orderId, { status: 'cancelled', paymentStatus: 'refunded', version: 8 }),
  Cancellation: renderCancellation(cancelled, 2),
  CancellationList: { cancellations: [renderCancellation(cancelled, 2)] },
  Fulfillment: renderFulfillment(parcel),
  FulfillmentList: { fulfillments: [renderFulfillment(parcel)] },
  Return: renderReturn(returned),
  ReturnList: { returns: [renderReturn(returned)] },
  Refund: renderRefund(refund, 2),
  RefundList: { refunds: [renderRefund(refund, 2)] },
  OrderStatus: renderOrderStatus(
    {
      orderId,
      number: 'ORD-10001',
      status: 'pending',
      paymentStatus: 'unknown',
      flags: ['authorization_expiring'],
      step: 'the payment is being captured',
      waiting: {
        code: 'PaymentOutcomeUnknown',
        fault: 'PaymentOutcomeUnknown: Stripe did not answer within 20000 ms',
        since: minuteOf(0),
        attempts: 8,
        nextAttemptAt: minuteOf(1),
        givenUpAt: minuteOf(1_440),
      },
      actions: [
        { action: 'retry', update: 'retryNow' },
        { action: 'give_up', update: 'giveUp' },
        { action: 'resolve_payment', update: 'resolvePayment' },
      ],
    },
    { isForOperator: true },
  ),
  OrderInvoiceList: { invoices: [invoice] },
  OrderProof: renderOrderProof({
    ...{ tenantId: partId, orgId: partId },
    orderId,
    number: 'ORD-10001',
    status: 'delivered',
    currency: 'USD',
    currencyExponent: 2,
    totalMinor: 17_998,
    chargeMinor: 17_998,
    disputes: [],
    money: {
      provider: 'stripe',
      reference: 'pi_3Pqr4RLkdIwHu7ix0pQvA1bC',
      authorizedMinor: 17_998,
      capturedMinor: 17_998,
      voidedMinor: 0,
      refundedMinor: 8_999,
      disputedMinor: 0,
    },
    invoice: { sequence: 1, status: 'paid', totalMinor: 17_998, paidMinor: 17_998, creditedMinor: 8_999 },
    lines: [
      {
        lineId: itemId,
        isStocked: true,
        ordered: 2,
        cancelled: 0,
        reserved: 2,
        released: 0,
        shipped: 2,
        returnedToSender: 0,
        restocked: 1,
      },
    ],
    events: 14,
    flags: [],
    unsettled: [],
    faults: [],
  }),
} as const;
