import type { SchemaName } from './open-api-schemas.js';
import {
  renderChangedOrder,
  renderFulfillment,
  renderRefund,
  renderReturn,
} from '../orders/order-part-resources.js';
import { renderOrderInvoice } from '../orders/order-invoice-resource.js';
import { renderOrderProof } from '../orders/order-proof-resource.js';
import { renderOrderStatus } from '../orders/order-status-resource.js';

export const orderId = 'a1b2c3d4-e5f6-7890-abcd-ef1234567890';
const itemId = 'b2c3d4e5-f6a7-8901-bcde-f23456789012';
const partId = 'd4e5f6a7-b8c9-4012-8def-456789012345';
const at = (minute: number): string => new Date(Date.UTC(2026, 10, 22, 9, minute)).toISOString();
const lines = [{ lineId: itemId, quantity: 1 }];

const parcel = { id: partId, trackingNumber: '1Z999AA10123456784', carrier: 'UPS', lines, shippedAt: at(0) };
const returned = { id: partId, status: 'requested', lines, requestedAt: at(10) } as const;
const refund = { id: partId, status: 'pending', amountMinor: 8_999, lines, requestedAt: at(20) } as const;

const invoice = renderOrderInvoice({
  ...{ id: partId, sequence: 1, orderId, orderNumber: 'ORD-10001', status: 'paid' },
  ...{ currency: 'USD', currencyExponent: 2, totalMinor: 17_998, paidMinor: 17_998, creditedMinor: 8_999 },
  creditNotes: [
    { id: itemId, sequence: 1, reason: 'refund', refundId: partId, amountMinor: 8_999, createdAt: at(21) },
  ],
  ...{ createdAt: at(0), issuedAt: at(0), paidAt: at(0) },
});

export const examples = {
  ChangedOrder: renderChangedOrder(orderId, { status: 'cancelled', paymentStatus: 'refunded', version: 8 }),
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
      step: 'the payment is being captured',
      waiting: {
        code: 'PaymentOutcomeUnknown',
        fault: 'PaymentOutcomeUnknown: Stripe did not answer within 20000 ms',
        since: at(0),
        attempts: 8,
        nextAttemptAt: at(1),
        givenUpAt: at(1_440),
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

export const bodies = {
  CancelOrder: { reason: 'the customer changed their mind' },
  CreateFulfillment: { tracking_number: '1Z999AA10123456784', carrier: 'UPS' },
  CreateReturn: { items: [{ item_id: itemId, quantity: 1 }], reason: 'too small' },
  DecideReturn: { reason: 'within the return window' },
  ReceiveReturn: { restocked_item_ids: [itemId] },
  CreateRefund: { return_id: partId },
  Operation: { reason: 'the provider says that its outage is over' },
  ResolvePayment: {
    outcome: 'captured',
    amount: '179.98',
    provider_object_id: 'ch_3Pqr4RLkdIwHu7ix1aB2cD3e',
    evidence: 'The dashboard shows the payment as succeeded, captured at 09:00 UTC.',
    evidence_url: 'https://dashboard.stripe.com/payments/pi_3Pqr4RLkdIwHu7ix0pQvA1bC',
    reason: 'Stripe’s API has been away since 09:00',
  },
} as const satisfies Partial<Record<SchemaName, unknown>>;
