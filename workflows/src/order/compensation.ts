import type { OrderRef } from '@oms/domain';
import type { Refusal } from '@oms/contracts/temporal';
import { CancellationScope } from '@temporalio/workflow';

import { cancelOrder, releaseInventory, rememberChange, reversePayment } from './order-activity-policies.js';
import type { OrderState } from './order-state.js';
import type { TryUntilAnswered } from './persist.js';

/** What was taken and is to be given back, in reverse, when something is decided against the order. */
export function createCompensation(ref: OrderRef, state: OrderState, tryUntilAnswered: TryUntilAnswered) {
  const undo: (() => Promise<void>)[] = [];
  const register = (giveBack: () => Promise<void>): void => {
    if (!undo.includes(giveBack)) undo.push(giveBack);
  };

  async function releaseStock(): Promise<void> {
    await tryUntilAnswered('the reserved stock is being released', () => releaseInventory(ref));
  }

  async function giveMoneyBack(): Promise<void> {
    const reversed = await tryUntilAnswered('the payment is being given back', () => reversePayment(ref));
    state.paymentIs(reversed.paymentStatus, { publish: false });
  }

  return {
    registerPayment: () => {
      register(giveMoneyBack);
    },
    registerInventory: () => {
      register(releaseStock);
    },
    registerAll: () => {
      register(giveMoneyBack);
      register(releaseStock);
    },

    /** Gives back everything that was registered and cancels the order. Nothing interrupts it. */
    async undoAndCancel(refusal: Refusal): Promise<void> {
      await CancellationScope.nonCancellable(async () => {
        for (const giveBack of undo.splice(0).reverse()) await giveBack();
        const from = state.status;
        const { change, ...decision } = refusal;
        const cancelled = await tryUntilAnswered('the order is being cancelled', () =>
          cancelOrder({ ...ref, from, refusal: decision, ...(change ? { actor: change.actor } : {}) }),
        );
        state.moveTo(cancelled, refusal.reason);
        if (!change) return;
        const kept = await tryUntilAnswered('the answer is being kept', () =>
          rememberChange({ ...ref, ...change }),
        );
        if (kept.kind === 'applied') state.changed(kept.facts, { commandId: change.commandId });
      });
    },
  };
}
