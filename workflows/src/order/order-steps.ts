import { OrderStatus, PaymentStatus, type OrderRef } from '@oms/domain';
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
 * The steps of an order's story, each tried until it is answered. A step that takes something registers what gives
 * it back before it takes it.
 */
export function createOrderSteps(
  input: OrderWorkflowInput,
  state: OrderState,
  tryUntilAnswered: TryUntilAnswered,
) {
  const { tenantId, orgId, orderId } = input;
  const ref = { tenantId, orgId, orderId };
  const compensation = createCompensation(ref, state, tryUntilAnswered);

  return {
    undoAndCancel: (refusal: Refusal) => compensation.undoAndCancel(refusal),

    /** The one step that a cancellation does not interrupt: an order that was accepted is recorded, then cancelled. */
    async record(): Promise<void> {
      const recorded = await CancellationScope.nonCancellable(() =>
        tryUntilAnswered('the order is being recorded', () => recordOrder(input)),
      );
      state.record(recorded);
      // An earlier run may have taken something: whatever the ledgers show is to be given back on cancellation.
      if (input.refusal || recorded.status !== OrderStatus.Pending) compensation.registerAll();
    },

    async authorize(): Promise<Refusal | undefined> {
      compensation.registerPayment();
      const result = await tryUntilAnswered('the payment is being authorised', () => authorizePayment(ref));
      if (result.kind === 'refused') return result;
      state.paymentIs(PaymentStatus.Authorized);
      return undefined;
    },

    async reserve(): Promise<Refusal | undefined> {
      compensation.registerInventory();
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
  };
}

/** What was taken and is to be given back, in reverse, when something is decided against the order. */
function createCompensation(ref: OrderRef, state: OrderState, tryUntilAnswered: TryUntilAnswered) {
  const undo: (() => Promise<void>)[] = [];

  async function releaseStock(): Promise<void> {
    await tryUntilAnswered('the reserved stock is being released', () => releaseInventory(ref));
  }

  async function giveMoneyBack(): Promise<void> {
    const reversed = await tryUntilAnswered('the payment is being given back', () => reversePayment(ref));
    state.paymentIs(reversed.paymentStatus, { publish: false });
  }

  return {
    registerPayment: () => void undo.push(giveMoneyBack),
    registerInventory: () => void undo.push(releaseStock),
    registerAll: () => void undo.push(giveMoneyBack, releaseStock),

    /** Gives back everything that was registered and cancels the order. Nothing interrupts it. */
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
