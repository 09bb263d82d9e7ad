import type { OrderWorkflowInput } from '@oms/contracts/temporal';
import type { CommandRefusal, NewOrder } from '@oms/domain';

/** An order to be placed: what its workflow starts with, the order itself included. */
export interface PlaceOrderInput extends OrderWorkflowInput {
  readonly order: NewOrder;
}

export type PlaceOrderResult =
  /** The order's record exists. */
  | { readonly kind: 'recorded'; readonly replayed: boolean }
  /** The order's workflow exists and goes on by itself; the record follows. */
  | { readonly kind: 'accepted'; readonly replayed: boolean }
  /** The key has placed another order before. Nothing was changed. */
  | { readonly kind: 'conflict' }
  /** The order ended before it was recorded. Nothing was done for it, and its key places no other. */
  | CommandRefusal;

/** Places orders. */
export interface OrderPlacer {
  /**
   * Starts the order's workflow, or finds the one that is there, and waits a limited time for the record. Calling it
   * again with the same order is safe at any time, also after it has rejected.
   *
   * Rejects when it is not certain that the order's workflow exists. It may exist all the same.
   */
  place(input: PlaceOrderInput): Promise<PlaceOrderResult>;
}
