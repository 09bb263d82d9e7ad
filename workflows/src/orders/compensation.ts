import type { OrderRef } from '@oms/domain';
import type { Refusal } from '@oms/contracts/temporal';
import { CancellationScope } from '@temporalio/workflow';

import { cancelOrder, recordGiveUp, releaseInventory, rememberChange } from './order-activity-policies.js';
import type { OrderState } from './order-state.js';
import type { PaymentCalls } from './payment-calls.js';
import { StepRefused, type Tries } from './persist.js';

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

  const { noteGiveUp, cancel, keepAnswer } = createCancellation(ref, state, tries);

  return {
    keepAnswer,
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

/**
 * The record of a cancellation: who gave the order up before anything is undone, and that it is cancelled after. The
 * database may refuse what people said with it, and the order is cancelled all the same.
 */
function createCancellation(ref: OrderRef, state: OrderState, tries: Tries) {
  const { locally } = tries;

  /** Who gave the order up is known before anything is undone, which may take as long as a provider takes. */
  async function noteGiveUp({ change }: Refusal): Promise<void> {
    if (change?.command.type !== 'give_up') return;
    const note = () => recordGiveUp({ ...ref, ...change });
    await unlessRefused(locally("an operator's request is being kept", note, { isRefusable: true }));
  }

  async function cancel(refusal: Refusal): Promise<void> {
    const { change, ...decision } = refusal;
    const bare = { ...ref, from: state.status, refusal: { reason: decision.reason, detail: '' } };
    const full = { ...bare, refusal: decision, ...(change ? { actor: change.actor } : {}) };
    const step = 'the order is being cancelled';
    const cancelled =
      (await unlessRefused(locally(step, () => cancelOrder(full), { isRefusable: true }))) ??
      (await locally(step, () => cancelOrder(bare)));
    state.moveTo(cancelled, decision.reason);
    await keepAnswer(refusal);
  }

  async function keepAnswer({ change }: Refusal): Promise<void> {
    if (!change || state.knows(change.commandId)) return;
    const keep = () => rememberChange({ ...ref, ...change });
    const kept = await unlessRefused(locally('the answer is being kept', keep, { isRefusable: true }));
    if (kept?.kind === 'applied') state.changed(kept.facts, { commandId: change.commandId });
  }

  return { noteGiveUp, cancel, keepAnswer };
}

/** What a step comes to; `undefined` where the database refuses it. */
async function unlessRefused<Result>(step: Promise<Result>): Promise<Result | undefined> {
  try {
    return await step;
  } catch (error) {
    if (error instanceof StepRefused) return undefined;
    throw error;
  }
}
