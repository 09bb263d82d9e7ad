import type {
  Actor,
  CancellationReason,
  CommandRefusal,
  DoubtPhase,
  OrderCommand,
  OrderCommandOf,
  OrderFacts,
  OrderRef,
  OrderStatus,
  PaymentStatus,
} from '@oms/domain';

/** An order's record, as far as its workflow needs it. */
export interface RecordOrderResult {
  readonly number: string;
  readonly status: OrderStatus;
  readonly paymentStatus: PaymentStatus;
  readonly requestHash: string;
  readonly requestId: string;
  readonly cancellationReason?: CancellationReason;
  readonly life: RecordedLife;
}

/** What an order's workflow takes over from the record, at its start and after continue-as-new. */
export interface RecordedLife {
  readonly facts: OrderFacts;
  /** Whether a payment provider has, or is to have, the customer's money. */
  readonly hasProvider: boolean;
  /** The ids of all changes that were made, so that one that is asked for again is not refused. */
  readonly commandIds: readonly string[];
  /** Refunds that were asked for and not answered by the provider yet. */
  readonly pendingRefundIds: readonly string[];
  /** How long an order may be pending before it is given up. */
  readonly pendingLimitMs: number;
  /** How long after its delivery an order is closed. */
  readonly returnWindowMs: number;
  /** Present where the order is kept in an ERP. */
  readonly hasErp?: true;
  /** ISO 8601; of a pending order. */
  readonly pendingSince?: string;
  /** ISO 8601; of a delivered order. */
  readonly deliveredAt?: string;
}

/** A variant that an order wants more of than there is, at a location or, where it names none, anywhere. */
export interface StockShortage {
  readonly variantId: string;
  readonly locationId?: string;
  readonly sku?: string;
  readonly wanted: number;
  readonly available: number;
}

/** A decision against an order: it is to be undone and cancelled with this reason. */
export interface Refusal {
  readonly reason: CancellationReason;
  /** For people: what exactly was refused. */
  readonly detail: string;
  /** Lists the shortages of an order that is out of stock. */
  readonly shortages?: readonly StockShortage[];
  /** The change that asked for it, whose answer is kept once the order is cancelled. Absent: the system decided. */
  readonly change?: Omit<ChangeOrderInput, keyof OrderRef>;
}

/** `expiresAt`: when the authorisation lapses unless it is captured, ISO 8601, where the provider says so. */
export type AuthorizePaymentResult =
  { readonly kind: 'authorized'; readonly expiresAt?: string } | ({ readonly kind: 'refused' } & Refusal);
export type CapturePaymentResult = { readonly kind: 'captured' } | ({ readonly kind: 'refused' } & Refusal);
export type ReserveInventoryResult = { readonly kind: 'reserved' } | ({ readonly kind: 'refused' } & Refusal);

export interface ExpiringAuthorization extends OrderRef {
  /** ISO 8601. */
  readonly expiresAt: string;
}

/** Where the payment is after everything about it was undone. */
export interface ReversePaymentResult {
  readonly paymentStatus: PaymentStatus;
}

export interface CancelOrderInput extends OrderRef {
  readonly from: OrderStatus;
  readonly refusal: Refusal;
  /** Who asked for it. Absent: the system decided. */
  readonly actor?: Actor;
}

/** A change of an order, as its workflow hands it on. */
export interface ChangeOrderInput extends OrderRef {
  readonly commandId: string;
  /** Tells another change under the same id apart. */
  readonly requestHash: string;
  /** The id of the HTTP request that asked first, by which a first call is told from a replay. */
  readonly requestId: string;
  readonly actor: Actor;
  readonly command: OrderCommand;
}

/** What a change was answered, kept for whoever asks again. */
export interface ChangeAnswer {
  readonly status: OrderStatus;
  readonly paymentStatus: PaymentStatus;
  readonly version: number;
  /** Of the shipment, return or refund that the change made. */
  readonly partId?: string;
  /** Those of the request that made the change, which may be an earlier one than the caller's. */
  readonly requestHash: string;
  readonly requestId: string;
}

export type ChangeOrderResult =
  | {
      readonly kind: 'applied';
      readonly isReplay: boolean;
      readonly answer: ChangeAnswer;
      readonly facts: OrderFacts;
    }
  | CommandRefusal;

/** An operator's statement of what became of a payment, as the order's workflow hands it on. */
export interface ResolvePaymentInput extends ChangeOrderInput {
  readonly command: OrderCommandOf<'resolve_payment'>;
  /** Which answer of the provider the order waits for. */
  readonly phase: DoubtPhase;
  /** The refund that is in doubt, while refunding. */
  readonly refundId?: string;
}

/** What the failure of a payment's step says beside its type, as its first detail. */
export interface PaymentFaultDetail {
  /** How the order's payment is recorded after the attempt, where its outcome is not known. */
  readonly paymentStatus: 'unknown';
}

export interface RefundPaymentInput extends OrderRef {
  readonly refundId: string;
}

export type RefundPaymentResult =
  { readonly kind: 'succeeded' } | { readonly kind: 'failed'; readonly reason?: string };
