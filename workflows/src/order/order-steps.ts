import { OrderStatus, PaymentStatus } from '@oms/domain';
import type { OrderWorkflowInput, Refusal } from '@oms/contracts/temporal';
import { CancellationScope } from '@temporalio/workflow';

import {
  authorizePayment,
  cancelOrder,
  capturePayment,
  confirmOrder,
  recordOrder,
  releaseInventory,
  reserveInventory,
  reversePayment,
} from './order-activity-policies.js';
import type { OrderState } from './order-state.js';

/** Runs an activity until it gives an answer. */
export type TryUntilAnswered = <Result>(step: string, run: () => Promise<Result>) => Promise<Result>;

/**
 * The steps of an order's story, each tried until it is answered. Every step that takes something first registers
 * what gives it back; {@link undoAll} then runs those in reverse.
 */
export function createOrderSteps(
  input: OrderWorkflowInput,
  state: OrderState,
  tryUntilAnswered: TryUntilAnswered,
) {
  const { tenantId, orgId, orderId } = input;
  const ref = { tenantId, orgId, orderId };
  const undo: (() => Promise<void>)[] = [];

  async function release(): Promise<void> {
    await tryUntilAnswered('the reserved stock is being released', () => releaseInventory(ref));
  }

  async function reverse(): Promise<void> {
    const reversed = await tryUntilAnswered('the payment is being given back', () => reversePayment(ref));
    state.paymentIs(reversed.paymentStatus, { publish: false });
  }

  return {
    /** The one step that a cancellation does not interrupt: an order that was accepted is recorded, then cancelled. */
    async record(): Promise<void> {
      const recorded = await CancellationScope.nonCancellable(() =>
        tryUntilAnswered('the order is being recorded', () => recordOrder(input)),
      );
      state.record(recorded);
      // An earlier run may have taken something: whatever the ledgers show is to be given back on cancellation.
      if (input.refusal || recorded.status !== OrderStatus.Pending) undo.push(reverse, release);
    },

    async authorize(): Promise<Refusal | undefined> {
      undo.push(reverse);
      const result = await tryUntilAnswered('the payment is being authorised', () => authorizePayment(ref));
      if (result.kind === 'refused') return result;
      state.paymentIs(PaymentStatus.Authorized);
      return undefined;
    },

    async reserve(): Promise<Refusal | undefined> {
      undo.push(release);
      const result = await tryUntilAnswered('the stock is being reserved', () => reserveInventory(ref));
      return result.kind === 'refused' ? result : undefined;
    },

    /** What gives the money back is registered already: reversing a payment refunds what was captured. */
    async capture(): Promise<Refusal | undefined> {
      const result = await tryUntilAnswered('the payment is being captured', () => capturePayment(ref));
      if (result.kind === 'refused') return result;
      state.paymentIs(PaymentStatus.Captured, { publish: false });
      return undefined;
    },

    async confirm(): Promise<void> {
      state.moveTo(await tryUntilAnswered('the order is being confirmed', () => confirmOrder(ref)));
    },

    /** Gives back everything that was taken, in reverse, and cancels the order. Nothing interrupts it. */
    async undoAndCancel(refusal: Refusal): Promise<void> {
      await CancellationScope.nonCancellable(async () => {
        for (const giveBack of undo.splice(0).reverse()) await giveBack();
        const from = state.status;
        const cancelled = await tryUntilAnswered('the order is being cancelled', () =>
          cancelOrder({ ...ref, from, refusal }),
        );
        state.moveTo(cancelled, refusal.reason);
      });
    },
  };
}
