import type {
  Actor,
  CancellationReason,
  NewOrder,
  OrderCommandOf,
  OrderCommandType,
  OrderRef,
  OrderStatus,
  PaymentStatus,
  TenantScope,
} from '@oms/domain';
import { defineUpdate } from '@temporalio/workflow';

import type { ChangeAnswer, StockShortage } from './order-activities.js';
import type { OrderStep } from './order-steps.js';

/** The registered name of the workflow of one order's whole life. */
export const orderWorkflowType = 'orderWorkflow';

/** An order that is to be recorded, and who asked for it. */
export interface OrderToPlace {
  readonly idempotencyKey: string;
  /** SHA-256 of the canonical request, by which another body under the same key is told apart. */
  readonly requestHash: string;
  /** The id of the HTTP request that asked, by which a first call is told from a replay. */
  readonly requestId: string;
  readonly actor: Actor;
  readonly order: NewOrder;
  /** Whether the order begins as a draft, which waits for somebody to confirm it. */
  readonly isDraft?: boolean;
}

/** The input of an order's workflow. */
export interface OrderWorkflowInput extends OrderRef {
  /** Absent where the order is recorded already: its run begins wherever the records say that it stands. */
  readonly toPlace?: OrderToPlace;
  /** Where people find more about the order; shown in the Web UI. */
  readonly links?: readonly { readonly title: string; readonly url: string }[];
  /** Set where somebody asked for the order to be brought to an ERP that is younger than the order. */
  readonly hasErp?: true;
}

/** The record of an order whose workflow starts again. */
export interface OrderToStart extends OrderRef {
  readonly number: string;
  readonly status: OrderStatus;
  readonly paymentStatus: PaymentStatus;
  readonly customerId?: string;
  readonly idempotencyKey: string;
  readonly requestHash: string;
  readonly requestId: string;
}

/** What the update of a placed order answers. */
export interface PlacedOrder {
  readonly orderId: string;
  readonly number: string;
  readonly status: OrderStatus;
  /** Those of the request that was recorded, which may be an earlier one than the caller's. */
  readonly requestHash: string;
  readonly requestId: string;
}

/**
 * Waits until the order is recorded. Sent as update-with-start and always under {@link placeOrderUpdateId},
 * so that any number of calls with one key share one update: Temporal allows ten in flight per workflow.
 */
export const placeOrderUpdate = defineUpdate<PlacedOrder>('placeOrder');
export const placeOrderUpdateId = 'place';

/** What became of an order's stock, as far as that is decided. */
export type AllocationAnswer =
  /** The stock of all lines is reserved, or was, and has gone on. */
  | { readonly kind: 'reserved' }
  /** Something was decided against the order: it is cancelled, or about to be. */
  | {
      readonly kind: 'refused';
      readonly reason: CancellationReason;
      readonly detail: string;
      readonly shortages?: readonly StockShortage[];
    };

/**
 * Waits until it is decided whether the order gets its stock. Changes nothing. Always sent under
 * {@link awaitAllocationUpdateId}, so that any number of callers share one update.
 */
export const awaitAllocationUpdate = defineUpdate<AllocationAnswer>('awaitAllocation');
export const awaitAllocationUpdateId = 'allocation';

/** What every update that changes an order is given: the command without its type, and who asks. */
export type ChangeRequest<Type extends OrderCommandType> = Omit<OrderCommandOf<Type>, 'type'> & {
  /** The change's own id. Absent: the update's. */
  readonly commandId?: string;
  /** Whose order it is believed to be. Absent: an operator's word. */
  readonly scope?: TenantScope;
  /** Absent: an operator, by the Web UI or the `temporal` command. */
  readonly actor?: Actor;
  readonly requestHash?: string;
  readonly requestId?: string;
};

/**
 * The updates that change an order, by the command that each is. A change that was made is answered again as it was the
 * first time, by its id. A refusal is an `ApplicationFailure` of the type `ChangeRefused`,
 * whose first detail is the `CommandRefusal`; nothing has changed then.
 */
export const orderChangeUpdates = {
  edit_draft: defineUpdate<ChangeAnswer, [ChangeRequest<'edit_draft'>?]>('editDraft'),
  confirm: defineUpdate<ChangeAnswer, [ChangeRequest<'confirm'>?]>('confirmOrder'),
  cancel: defineUpdate<ChangeAnswer, [ChangeRequest<'cancel'>?]>('cancelOrder'),
  start_processing: defineUpdate<ChangeAnswer, [ChangeRequest<'start_processing'>?]>('startProcessing'),
  ship: defineUpdate<ChangeAnswer, [ChangeRequest<'ship'>?]>('shipOrder'),
  deliver: defineUpdate<ChangeAnswer, [ChangeRequest<'deliver'>?]>('deliverOrder'),
  close: defineUpdate<ChangeAnswer, [ChangeRequest<'close'>?]>('closeOrder'),
  request_return: defineUpdate<ChangeAnswer, [ChangeRequest<'request_return'>]>('requestReturn'),
  decide_return: defineUpdate<ChangeAnswer, [ChangeRequest<'decide_return'>]>('decideReturn'),
  receive_return: defineUpdate<ChangeAnswer, [ChangeRequest<'receive_return'>]>('receiveReturn'),
  refund: defineUpdate<ChangeAnswer, [ChangeRequest<'refund'>?]>('refundOrder'),
  issue_invoice: defineUpdate<ChangeAnswer, [ChangeRequest<'issue_invoice'>]>('issueInvoice'),
  void_invoice: defineUpdate<ChangeAnswer, [ChangeRequest<'void_invoice'>]>('voidInvoice'),
  record_payment: defineUpdate<ChangeAnswer, [ChangeRequest<'record_payment'>]>('recordPayment'),
  // For operators, who say by whom and why.
  retry: defineUpdate<ChangeAnswer, [ChangeRequest<'retry'>]>('retryNow'),
  give_up: defineUpdate<ChangeAnswer, [ChangeRequest<'give_up'>]>('giveUp'),
  resolve_payment: defineUpdate<ChangeAnswer, [ChangeRequest<'resolve_payment'>]>('resolvePayment'),
} as const;

/** What an order's workflow returns when the order's life has ended. */
export interface OrderOutcome {
  readonly orderId: string;
  readonly number: string;
  readonly status: OrderStatus;
  readonly cancellationReason?: CancellationReason;
}

/** What the memo of an order's workflow holds; the gateway reads it while the order is not yet recorded. */
export interface OrderMemo {
  readonly idempotencyKey: string;
  readonly requestHash: string;
  readonly requestId: string;
  /** Set when the order was cancelled before it was recorded. */
  readonly cancellationReason?: CancellationReason;
  /** The step that began to wait last, and its fault. The activity that waits has had none of its own at first. */
  readonly lastFault?: { readonly step: OrderStep; readonly code: string; readonly fault: string };
}
