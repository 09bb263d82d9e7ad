import type { AllocationAnswer } from '@oms/contracts/temporal';
import type { OrderRef } from '@oms/domain';

/** What becomes of the stock of an order. */
export interface AllocationReader {
  /**
   * Waits until it is decided whether the order gets its stock, and no longer than that. Changes nothing.
   *
   * @returns `undecided` where nobody knows by then; it is decided by itself
   */
  wait(ref: OrderRef, timeoutMs: number): Promise<AllocationAnswer>;
}
