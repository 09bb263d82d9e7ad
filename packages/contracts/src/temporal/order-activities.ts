import type { CancellationReason, OrderRef, OrderStatus, PaymentStatus } from '@oms/domain';

/** An order's record, as far as its workflow needs it. */
export interface RecordOrderResult {
  readonly number: string;
  readonly status: OrderStatus;
  readonly paymentStatus: PaymentStatus;
  readonly requestHash: string;
  readonly requestId: string;
  readonly cancellationReason?: CancellationReason;
}

/** A decision against an order: it is to be undone and cancelled with this reason. */
export interface Refusal {
  readonly reason: CancellationReason;
  /** For people: what exactly was refused. */
  readonly detail: string;
}

export type AuthorizePaymentResult =
  { readonly kind: 'authorized' } | ({ readonly kind: 'refused' } & Refusal);
export type CapturePaymentResult = { readonly kind: 'captured' } | ({ readonly kind: 'refused' } & Refusal);
export type ReserveInventoryResult = { readonly kind: 'reserved' } | ({ readonly kind: 'refused' } & Refusal);

/** Where the payment is after everything about it was undone. */
export interface ReversePaymentResult {
  readonly paymentStatus: PaymentStatus;
}

export interface CancelOrderInput extends OrderRef {
  readonly from: OrderStatus;
  readonly refusal: Refusal;
}
