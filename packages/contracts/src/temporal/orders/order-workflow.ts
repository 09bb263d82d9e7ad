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

/** The registered name of the workflow that runs one order's lifecycle. */
export const orderWorkflowType = 'orderWorkflow';

/** An order to record, and the actor who requested it. */
export interface OrderToPlace {
  readonly idempotencyKey: string;
  /** SHA-256 of the canonical request. The same key with another hash is refused. */
  readonly requestHash: string;
  /** The id of the HTTP request. A replay has another one. */
  readonly requestId: string;
  readonly actor: Actor;
  readonly order: NewOrder;
  /** Whether the order begins as a draft, which waits until a client confirms it. */
  readonly isDraft?: boolean;
}

/** The input of an order's workflow. */
export interface OrderWorkflowInput extends OrderRef {
  /** Absent for an order that is recorded already: the run continues from its recorded status. */
  readonly toPlace?: OrderToPlace;
  /** Links about the order for people, shown in the Temporal Web UI. */
  readonly links?: readonly { readonly title: string; readonly url: string }[];
  /** Set where an operator requests a push of an order that is older than the connection to the ERP. */
  readonly hasErp?: true;
}

/** The record of an order whose workflow must be started again. */
export interface OrderToStart extends OrderRef {
  readonly number: string;
  readonly status: OrderStatus;
  readonly paymentStatus: PaymentStatus;
  readonly customerId?: string;
  readonly idempotencyKey: string;
  readonly requestHash: string;
  readonly requestId: string;
}

/** The result of {@link placeOrderUpdate}. */
export interface PlacedOrder {
  readonly orderId: string;
  readonly number: string;
  readonly status: OrderStatus;
  /** The hash of the recorded request. A caller with another hash has used its key for another order. */
  readonly requestHash: string;
  readonly requestId: string;
}

/**
 * Waits until the order is recorded. Always sent as update-with-start under {@link placeOrderUpdateId}, so that all
 * calls with one key share one update: Temporal allows ten in flight for a workflow.
 */
export const placeOrderUpdate = defineUpdate<PlacedOrder>('placeOrder');
export const placeOrderUpdateId = 'place';

/** The decision on an order's stock. */
export type AllocationAnswer =
  /** The stock of all lines is reserved, or was before the order moved on. */
  | { readonly kind: 'reserved' }
  /** The order is cancelled, or about to be. */
  | {
      readonly kind: 'refused';
      readonly reason: CancellationReason;
      readonly detail: string;
      readonly shortages?: readonly StockShortage[];
    };

/**
 * Waits for the decision on the order's stock, and changes nothing. Always sent under {@link
 * awaitAllocationUpdateId}, so that all callers share one update.
 */
export const awaitAllocationUpdate = defineUpdate<AllocationAnswer>('awaitAllocation');
export const awaitAllocationUpdateId = 'allocation';

/** The argument of every update that changes an order: the command without its type, and its origin. */
export type ChangeRequest<Type extends OrderCommandType> = Omit<OrderCommandOf<Type>, 'type'> & {
  /** The id of the change. The update's id by default. */
  readonly commandId?: string;
  /**
   * The tenant and organisation that the order must belong to. Absent in updates that operators send from Temporal,
   * which are not checked.
   */
  readonly scope?: TenantScope;
  /** The actor. By default, an operator in the Temporal Web UI or the `temporal` command. */
  readonly actor?: Actor;
  readonly requestHash?: string;
  readonly requestId?: string;
};

/**
 * The updates that change an order, by command type. Repeating a change under the same id is safe and gives its first
 * answer. A refused change changes nothing and fails with an `ApplicationFailure` of the type `ChangeRefused`, whose
 * first detail is the `Refusal`.
 */
export const orderChangeUpdates = {
  edit: defineUpdate<ChangeAnswer, [ChangeRequest<'edit'>?]>('editOrder'),
  confirm: defineUpdate<ChangeAnswer, [ChangeRequest<'confirm'>?]>('confirmOrder'),
  cancel: defineUpdate<ChangeAnswer, [ChangeRequest<'cancel'>?]>('cancelOrder'),
  cancel_units: defineUpdate<ChangeAnswer, [ChangeRequest<'cancel_units'>]>('cancelUnits'),
  start_processing: defineUpdate<ChangeAnswer, [ChangeRequest<'start_processing'>?]>('startProcessing'),
  ship: defineUpdate<ChangeAnswer, [ChangeRequest<'ship'>?]>('shipOrder'),
  deliver: defineUpdate<ChangeAnswer, [ChangeRequest<'deliver'>?]>('deliverOrder'),
  correct_shipment: defineUpdate<ChangeAnswer, [ChangeRequest<'correct_shipment'>]>('correctShipment'),
  cancel_shipment: defineUpdate<ChangeAnswer, [ChangeRequest<'cancel_shipment'>]>('cancelShipment'),
  return_to_sender: defineUpdate<ChangeAnswer, [ChangeRequest<'return_to_sender'>]>('returnToSender'),
  close: defineUpdate<ChangeAnswer, [ChangeRequest<'close'>?]>('closeOrder'),
  request_return: defineUpdate<ChangeAnswer, [ChangeRequest<'request_return'>]>('requestReturn'),
  decide_return: defineUpdate<ChangeAnswer, [ChangeRequest<'decide_return'>]>('decideReturn'),
  receive_return: defineUpdate<ChangeAnswer, [ChangeRequest<'receive_return'>]>('receiveReturn'),
  cancel_return: defineUpdate<ChangeAnswer, [ChangeRequest<'cancel_return'>]>('cancelReturn'),
  refund: defineUpdate<ChangeAnswer, [ChangeRequest<'refund'>?]>('refundOrder'),
  issue_invoice: defineUpdate<ChangeAnswer, [ChangeRequest<'issue_invoice'>]>('issueInvoice'),
  void_invoice: defineUpdate<ChangeAnswer, [ChangeRequest<'void_invoice'>]>('voidInvoice'),
  record_payment: defineUpdate<ChangeAnswer, [ChangeRequest<'record_payment'>]>('recordPayment'),
  // Actions of operators, who must give their name and a reason.
  retry: defineUpdate<ChangeAnswer, [ChangeRequest<'retry'>]>('retryNow'),
  give_up: defineUpdate<ChangeAnswer, [ChangeRequest<'give_up'>]>('giveUp'),
  allow_shipment: defineUpdate<ChangeAnswer, [ChangeRequest<'allow_shipment'>]>('allowShipment'),
  resolve_payment: defineUpdate<ChangeAnswer, [ChangeRequest<'resolve_payment'>]>('resolvePayment'),
} as const;

/** The result of an order's workflow, which completes when the order's lifecycle has ended. */
export interface OrderOutcome {
  readonly orderId: string;
  readonly number: string;
  readonly status: OrderStatus;
  readonly cancellationReason?: CancellationReason;
}

/** The memo of an order's workflow. The gateway reads it while the order is not yet recorded. */
export interface OrderMemo {
  readonly idempotencyKey: string;
  readonly requestHash: string;
  readonly requestId: string;
  /** Set when the order was cancelled before it was recorded. */
  readonly cancellationReason?: CancellationReason;
  /**
   * The last step that began to wait, and its fault. The activity that then waits reports no failure of its own until
   * its first attempt has failed.
   */
  readonly lastFault?: { readonly step: OrderStep; readonly code: string; readonly fault: string };
}
