import type { OrderRef } from '@oms/domain';
import type { Refusal } from '@oms/contracts/temporal';
import { CancellationScope } from '@temporalio/workflow';

import { cancelOrder, recordGiveUp, releaseInventory, rememberChange } from './order-activity-policies.js';
import type { OrderState } from './order-state.js';
import type { PaymentCalls } from './payment-calls.js';
import type { Tries } from './persist.js';

/** What was taken and is to be given back, in reverse, when something is decided against the order. */
export function createCompensation(ref: OrderRef, state: OrderState, payments: PaymentCalls, tries: Tries) {
  const undo: (() => Promise<void>)[] = [];
  const register = (giveBack: () => Promise<void>): void => {
    if (!undo.includes(giveBack)) undo.push(giveBack);
  };

  async function releaseStock(): Promise<void> {
    await tries.remotely('the reserved stock is being released', () => releaseInventory(ref));
  }

  async function giveMoneyBack(): Promise<void> {
    const reversed = await tries.remotely('the payment is being given back', payments.reverse);
    state.paymentIs(reversed.paymentStatus, { publish: false });
  }

  const { noteGiveUp, cancel } = createCancellation(ref, state, tries);

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
        await noteGiveUp(refusal);
        for (const giveBack of undo.splice(0).reverse()) await giveBack();
        await cancel(refusal);
      });
    },
  };
}

/** The record of a cancellation: who gave the order up before anything is undone, and that it is cancelled after. */
function createCancellation(ref: OrderRef, state: OrderState, tries: Tries) {
  /** Who gave the order up is known before anything is undone, which may take as long as a provider takes. */
  async function noteGiveUp({ change }: Refusal): Promise<void> {
    if (change?.command.type !== 'give_up') return;
    await tries.locally("an operator's request is being kept", () => recordGiveUp({ ...ref, ...change }));
  }

  async function cancel({ change, ...decision }: Refusal): Promise<void> {
    const from = state.status;
    const cancelled = await tries.locally('the order is being cancelled', () =>
      cancelOrder({ ...ref, from, refusal: decision, ...(change ? { actor: change.actor } : {}) }),
    );
    state.moveTo(cancelled, decision.reason);
    if (!change) return;
    const kept = await tries.locally('the answer is being kept', () => rememberChange({ ...ref, ...change }));
    if (kept.kind === 'applied') state.changed(kept.facts, { commandId: change.commandId });
  }

  return { noteGiveUp, cancel };
}
