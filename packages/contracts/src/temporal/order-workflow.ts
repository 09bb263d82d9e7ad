import type { Actor, CancellationReason, NewOrder, OrderRef, OrderStatus, PaymentStatus } from '@oms/domain';
import { defineQuery, defineUpdate } from '@temporalio/workflow';

import type { Refusal } from './order-activities.js';

/** The registered name of the workflow of one order's whole life. */
export const orderWorkflowType = 'orderWorkflow';

/** What starts an order's workflow. */
export interface OrderWorkflowInput extends OrderRef {
  readonly idempotencyKey: string;
  /** SHA-256 of the canonical request, by which another body under the same key is told apart. */
  readonly requestHash: string;
  /** The id of the HTTP request that started it, by which a first call is told from a replay. */
  readonly requestId: string;
  readonly actor: Actor;
  /** Absent after continue-as-new: by then it is recorded, and the record is what counts. */
  readonly order?: NewOrder;
  /** Where people find more about the order; shown in the Web UI. */
  readonly links?: readonly { readonly title: string; readonly url: string }[];
  /** Carried over by continue-as-new when something was decided against the order and is not yet undone. */
  readonly refusal?: Refusal;
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

/** What the order is doing right now, as its workflow sees it. */
export interface OrderProgress {
  readonly status: OrderStatus;
  readonly paymentStatus: PaymentStatus;
  readonly number?: string;
  /** The step under way, in plain words. */
  readonly step: string;
  /** Set while a transient fault is being waited out. */
  readonly waiting?: { readonly fault: string; readonly attempts: number; readonly nextAttemptAt: string };
  readonly cancellationReason?: CancellationReason;
}
export const orderProgressQuery = defineQuery<OrderProgress>('orderProgress');

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
}
