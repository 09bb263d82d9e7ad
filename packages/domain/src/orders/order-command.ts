import type { Address, NewOrderLine } from './order.js';
import type { LineQuantity } from '../kit/line-quantity.js';
import type { PaymentStatement } from '../payments/payment-doubt.js';

/** What can be asked of an order that is recorded. */
export type OrderCommand =
  | EditDraftCommand
  /** Leaves `draft`: its stock is reserved, and it is paid for where it names a provider. */
  | { readonly type: 'confirm' }
  | { readonly type: 'cancel'; readonly reason?: string }
  | { readonly type: 'start_processing' }
  | ShipCommand
  /** One shipment, or all that are under way, have arrived. */
  | { readonly type: 'deliver'; readonly shipmentId?: string }
  | { readonly type: 'close' }
  | {
      readonly type: 'request_return';
      readonly lines: readonly LineQuantity[];
      readonly reason?: string;
    }
  | {
      readonly type: 'decide_return';
      readonly returnId: string;
      readonly isApproved: boolean;
      readonly reason?: string;
    }
  | ReceiveReturnCommand
  | RefundCommand
  /** Tries what waits again at once. */
  | ({ readonly type: 'retry' } & OperatorRequest)
  /** Cancels an order that waits, and undoes what was done for it. */
  | ({ readonly type: 'give_up' } & OperatorRequest)
  /** Says what became of a payment whose provider does not. */
  | ({ readonly type: 'resolve_payment' } & OperatorRequest & PaymentStatement);

/** Who wants it, and why: what only an operator may do is never anonymous. */
export interface OperatorRequest {
  readonly by: string;
  readonly reason: string;
}

/** Changes what a draft orders and where it goes. What is absent stays as it is; totals follow. */
export interface EditDraftCommand {
  readonly type: 'edit_draft';
  /** All lines anew. */
  readonly lines?: readonly NewOrderLine[];
  readonly discountMinor?: number;
  readonly taxMinor?: number;
  readonly shippingMinor?: number;
  /** Null: it has none any longer. */
  readonly shippingAddress?: Address | null;
  readonly billingAddress?: Address | null;
  readonly shippingMethod?: string | null;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Some or all units leave the warehouse. */
export interface ShipCommand {
  readonly type: 'ship';
  readonly trackingNumber?: string;
  readonly carrier?: string;
  /** Absent: all that has not left yet. */
  readonly lines?: readonly LineQuantity[];
  /** Lets a confirmed order begin to be processed by its first shipment. */
  readonly startsProcessing?: boolean;
}

/** The units of an approved return are back. */
export interface ReceiveReturnCommand {
  readonly type: 'receive_return';
  readonly returnId: string;
  /** Lines whose units can be sold again. Absent: all. */
  readonly restockedLineIds?: readonly string[];
}

/** Gives money back: for a return that was received, for units, an amount, or, with none of them, all that is left. */
export interface RefundCommand {
  readonly type: 'refund';
  readonly returnId?: string;
  readonly lines?: readonly LineQuantity[];
  readonly amountMinor?: number;
  readonly reason?: string;
}

export type OrderCommandType = OrderCommand['type'];

/** The command of a type. */
export type OrderCommandOf<Type extends OrderCommandType> = Extract<OrderCommand, { readonly type: Type }>;
