import type {
  Actor,
  CancellationReason,
  CommandRefusal,
  OrderCommand,
  OrderCommandOf,
  OrderRef,
  OrderStatus,
  PaymentStatus,
} from '@oms/domain';

/**
 * Where an order stands, and what it still owes somebody. Always read from the records, never worked out by a workflow.
 * Times are ISO 8601.
 */
export interface OrderStanding {
  /** Counts the order's events: of two standings, the larger version is the newer one. */
  readonly version: number;
  readonly status: OrderStatus;
  readonly paymentStatus: PaymentStatus;
  readonly cancellationReason?: CancellationReason;
  /** A decision against the order that is not carried out yet. */
  readonly refusal?: Refusal;
  /** Whether a refund was promised that no provider has answered yet. */
  readonly owesRefund: boolean;
  /** When the return window ends: of a delivered order that nothing is being returned of. */
  readonly closesAt?: string;
}

/** An order's record, as far as its workflow needs it. */
export interface RecordOrderResult {
  readonly number: string;
  readonly requestHash: string;
  readonly requestId: string;
  readonly standing: OrderStanding;
  /** The payment provider of the order. Absent: the order is paid by invoice. */
  readonly paymentProvider?: string;
  /** How long an order may be pending before it is given up. */
  readonly pendingLimitMs: number;
  /** When the order became pending, ISO 8601. */
  readonly pendingSince?: string;
  /** Present where the order is kept in an ERP. */
  readonly hasErp?: true;
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

/** A decision against an order, to be kept or carried out. */
export interface RefuseOrderInput extends OrderRef {
  readonly refusal: Refusal;
}

/** `cancelling`: the decision that holds, which may be an earlier one. `done`: the order is cancelled. */
export type RefuseOrderResult =
  | { readonly kind: 'cancelling'; readonly refusal: Refusal }
  | { readonly kind: 'done'; readonly answer?: ChangeAnswer; readonly standing: OrderStanding }
  | CommandRefusal;

/** The result of a cancellation, with the answer of the change that requested it. */
export interface CancelOrderResult {
  readonly standing: OrderStanding;
  readonly answer?: ChangeAnswer;
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
  /** Of the shipment, return, refund or payment that the change made. */
  readonly partId?: string;
  /** Set where it had been done before under another id. Nothing was changed. */
  readonly wasDone?: true;
  /** Those of the request that made the change, which may be an earlier one than the caller's. */
  readonly requestHash: string;
  readonly requestId: string;
}

export type ChangeOrderResult =
  | {
      readonly kind: 'applied';
      readonly isReplay: boolean;
      readonly answer: ChangeAnswer;
      readonly standing: OrderStanding;
    }
  | CommandRefusal;

/** `placed`: the draft is pending, now or by an earlier call of the same change. */
export type PlaceDraftResult =
  { readonly kind: 'placed'; readonly standing: OrderStanding } | ChangeOrderResult;

/** An operator's statement of what became of a payment, as the order's workflow hands it on. */
export interface ResolvePaymentInput extends ChangeOrderInput {
  readonly command: OrderCommandOf<'resolve_payment'>;
}

/** What the failure of a payment's step says beside its type, as its first detail. */
export interface PaymentFaultDetail {
  /** How the order's payment is recorded after the attempt, where its outcome is not known. */
  readonly paymentStatus: 'unknown';
}

/** The result of the oldest pending refund, and the order's standing after it. */
export interface GiveRefundResult {
  readonly kind: 'succeeded' | 'failed' | 'none';
  readonly standing: OrderStanding;
}
