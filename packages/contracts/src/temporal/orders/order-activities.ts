import type {
  Actor,
  CancellationReason,
  Refusal,
  OrderCommand,
  OrderCommandOf,
  OrderFlag,
  OrderRef,
  OrderStatus,
  PaymentStatus,
} from '@oms/domain';

/**
 * The status of an order and its outstanding obligations. Always read from the database, never computed by a
 * workflow. Times are ISO 8601.
 */
export interface OrderStanding {
  /** Counts the order's events: of two standings, the larger version is the newer one. */
  readonly version: number;
  readonly status: OrderStatus;
  readonly paymentStatus: PaymentStatus;
  /** Conditions that need attention. */
  readonly flags: readonly OrderFlag[];
  readonly cancellationReason?: CancellationReason;
  /** A decision against the order that is not yet carried out. */
  readonly refusal?: CancellationDecision;
  /** Whether the order has a refund that no provider has answered yet. */
  readonly owesRefund: boolean;
  /** Whether a capture for a shipment is requested and not answered. */
  readonly owesCapture: boolean;
  /** Whether a notification of the order's payment provider changes its record and is not settled. */
  readonly owesSettlement: boolean;
  /** The end of the return window. Set for a delivered order without a return in progress. */
  readonly closesAt?: string;
  /** The time at which something is done about an authorisation that would lapse before the order ships. */
  readonly captureBy?: string;
  /** The earliest time at which an approved return expires. Absent if none does. */
  readonly returnExpiresAt?: string;
}

/** An order's record, as far as its workflow needs it. */
export interface RecordOrderResult {
  readonly number: string;
  readonly requestHash: string;
  readonly requestId: string;
  readonly standing: OrderStanding;
  /** The payment provider of the order. Absent for an order that is paid by invoice. */
  readonly paymentProvider?: string;
  /** The longest time that the order may be pending before it is cancelled. */
  readonly pendingLimitMs: number;
  /** The time at which the order became pending, ISO 8601. */
  readonly pendingSince?: string;
  /** Set for an order whose payment is captured when it ships. */
  readonly isCapturedAtShipment?: true;
  /** Set for an order whose organisation has connected an ERP. */
  readonly hasErp?: true;
}

/**
 * A variant whose available stock is less than the order needs: at the named location, or at all locations together
 * if none is named.
 */
export interface StockShortage {
  readonly variantId: string;
  readonly locationId?: string;
  readonly sku?: string;
  readonly wanted: number;
  readonly available: number;
}

/** A decision against an order: the order is undone and cancelled for this reason. */
export interface CancellationDecision {
  readonly reason: CancellationReason;
  /** An explanation for people. */
  readonly detail: string;
  /** The shortages of an order that is out of stock. */
  readonly shortages?: readonly StockShortage[];
  /**
   * The change that requested the cancellation. Its answer is stored when the order is cancelled. Absent for a
   * decision of the system.
   */
  readonly change?: Omit<ChangeOrderInput, keyof OrderRef>;
}

/**
 * `expiresAt`: the time at which an uncaptured authorisation lapses, ISO 8601. Absent where the provider does not
 * report one.
 */
export type AuthorizePaymentResult =
  | { readonly kind: 'authorized'; readonly expiresAt?: string }
  | ({ readonly kind: 'refused' } & CancellationDecision);
export type CapturePaymentResult =
  { readonly kind: 'captured' } | ({ readonly kind: 'refused' } & CancellationDecision);
export type ReserveInventoryResult =
  { readonly kind: 'reserved' } | ({ readonly kind: 'refused' } & CancellationDecision);

export interface ExpiringAuthorization extends OrderRef {
  /** ISO 8601. */
  readonly expiresAt: string;
}

/** Approved returns whose goods have not come expire. */
export interface ExpiringReturns extends OrderRef {
  /** ISO 8601. Returns that expire until then, by the time that their approval fixed. */
  readonly until: string;
}

/** The status of the payment after all holds and captures were reversed. */
export interface ReversePaymentResult {
  readonly paymentStatus: PaymentStatus;
}

/** The input for recording or carrying out a decision against an order. */
export interface RefuseOrderInput extends OrderRef {
  readonly refusal: CancellationDecision;
}

/** `cancelling`: the decision in force, which may be an earlier one. `done`: the order is cancelled. */
export type RefuseOrderResult =
  | { readonly kind: 'cancelling'; readonly refusal: CancellationDecision }
  | { readonly kind: 'done'; readonly answer?: ChangeAnswer; readonly standing: OrderStanding }
  | Refusal;

/** The result of a cancellation, with the answer of the change that requested it. */
export interface CancelOrderResult {
  readonly standing: OrderStanding;
  readonly answer?: ChangeAnswer;
}

/** A change of an order, as its workflow passes it to an activity. */
export interface ChangeOrderInput extends OrderRef {
  readonly commandId: string;
  /** The hash of the change. The same id with another hash is refused. */
  readonly requestHash: string;
  /** The id of the HTTP request that first requested the change. A replay has another one. */
  readonly requestId: string;
  readonly actor: Actor;
  readonly command: OrderCommand;
}

/** The stored answer to a change. A replay of the change gets it again. */
export interface ChangeAnswer {
  readonly status: OrderStatus;
  readonly paymentStatus: PaymentStatus;
  readonly version: number;
  /** The id of the shipment, return, refund or payment that the change created. */
  readonly partId?: string;
  /** Set for a no-op: another change had the same effect before. */
  readonly wasDone?: true;
  /** The hash of the request that made the change. A caller with another hash has used its key for another change. */
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
  | Refusal;

/** `owes_capture`: money has to be captured first, which is requested. The change is made by the next call after that. */
export type AppliedOrderResult =
  ChangeOrderResult | { readonly kind: 'owes_capture'; readonly standing: OrderStanding };

/** `placed`: the draft is pending, by this call or an earlier call of the same change. */
export type PlaceDraftResult =
  { readonly kind: 'placed'; readonly standing: OrderStanding } | ChangeOrderResult;

/** An operator's statement of the outcome of a payment, as the order's workflow passes it to an activity. */
export interface ResolvePaymentInput extends ChangeOrderInput {
  readonly command: OrderCommandOf<'resolve_payment'>;
}

/** The first detail of a failed payment step. */
export interface PaymentFaultDetail {
  /** The recorded status of the payment after the attempt. Set where the outcome is unknown. */
  readonly paymentStatus: 'unknown';
}

/** The outcome of the oldest pending refund (`none` without one), and the order's standing after it. */
export interface GiveRefundResult {
  readonly kind: 'succeeded' | 'failed' | 'none';
  readonly standing: OrderStanding;
}

/** The order's standing after its requested capture was made or declined. */
export interface ShipmentCaptureResult {
  readonly standing: OrderStanding;
}

/** The order's standing after its provider's notifications were settled. */
export interface SettleNotificationsResult {
  readonly standing: OrderStanding;
}
