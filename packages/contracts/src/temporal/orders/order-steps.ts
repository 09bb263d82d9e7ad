import type { OrderStatus } from '@oms/domain';

/** The activities that an order's progress depends on, each with its step in plain words. */
export const orderStepWords = {
  recordOrder: 'the order is being recorded',
  authorizePayment: 'the payment is being authorised',
  reserveInventory: 'the stock is being reserved',
  capturePayment: 'the payment is being captured',
  captureForShipment: 'the payment is being captured for a shipment',
  guardAuthorization: 'an authorisation is kept from lapsing',
  confirmOrder: 'the order is being confirmed',
  checkPayment: 'the payment is being checked',
  placeDraft: 'the order is being placed',
  changeOrder: 'a change is being made',
  rememberChange: 'the answer is being kept',
  refuseOrder: 'a cancellation is being decided',
  releaseInventory: 'the reserved stock is being released',
  reversePayment: 'the payment is being given back',
  cancelOrder: 'the order is being cancelled',
  giveRefund: 'money is being given back',
  settleNotifications: "the payment provider's notifications are being settled",
  resolvePayment: "an operator's statement is being weighed",
  closeOrder: 'the order is being closed',
  expireReturns: 'a return expires',
  lookAtOrder: 'the order is being read',
} as const;
export type OrderStep = keyof typeof orderStepWords;

/** The step of an activity type; `undefined` for an activity that the order's progress does not depend on. */
export function orderStepOf(activityType: string): OrderStep | undefined {
  return Object.hasOwn(orderStepWords, activityType) ? (activityType as OrderStep) : undefined;
}

/** Plain words for an order at rest, by its status. */
export const orderRestWords: Readonly<Record<OrderStatus, string>> = {
  draft: 'the order is a draft: it waits to be confirmed',
  pending: 'the order is pending',
  confirmed: 'the order is open: the warehouse has it',
  processing: 'the order is being processed: it waits to be shipped',
  shipped: 'the order is on its way: it waits to be delivered',
  delivered:
    'the order is delivered: it is closed when the return window has passed and nothing is being returned',
  closed: 'the order is closed: nothing can follow',
  cancelled: 'the order is cancelled: nothing can follow',
};
