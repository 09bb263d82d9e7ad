import { StatementOutcome, type OrderCommandOf, type OrderRef } from '@oms/domain';
import type { ChangeOrderInput, ChangeOrderResult } from '@oms/contracts/temporal';

import { changeOrder, loadOrderFacts, rememberChange } from './order-activity-policies.js';
import type { OrderState } from './order-state.js';
import type { PaymentCalls } from './payment-calls.js';
import type { Tries } from './persist.js';

/** A change, as the order itself sees it. */
export type Change = Omit<ChangeOrderInput, keyof OrderRef>;

/** The steps of an order that is open: changes that are asked for, and what they entail. */
export function createChangeSteps(ref: OrderRef, state: OrderState, payments: PaymentCalls, tries: Tries) {
  /**
   * Whether this is the first that the order hears of a change. One that was written before a worker died, or before
   * its database's answer was lost, is asked for anew, and is a replay to the database alone.
   */
  const isNews = (result: Extract<ChangeOrderResult, { kind: 'applied' }>, commandId: string): boolean =>
    !result.isReplay || !state.knows(commandId);

  return {
    ...createOperatorSteps(ref, state, payments, tries),

    /**
     * Asks for a change, and takes over what it came to.
     *
     * @throws StepRefused where the database refuses it
     */
    async change(change: Change) {
      const make = () => changeOrder({ ...ref, ...change });
      const result = await tries.locally('a change is being made', make, { isRefusable: true });
      if (result.kind === 'applied') {
        const { commandId, command } = change;
        const refundId =
          command.type === 'refund' && isNews(result, commandId) ? result.answer.partId : undefined;
        state.changed(result.facts, { commandId, ...(refundId === undefined ? {} : { refundId }) });
      }
      return result;
    },

    /** Keeps the answer of a change that was made step by step. */
    async remember(change: Change) {
      const result = await tries.locally('the answer is being kept', () =>
        rememberChange({ ...ref, ...change }),
      );
      if (result.kind === 'applied') state.changed(result.facts, { commandId: change.commandId });
      return result;
    },

    async refund(refundId: string): Promise<void> {
      await tries.remotely('money is being given back', () => payments.refund(refundId));
      state.refundIsAnswered(await tries.locally('the refund is being looked at', () => loadOrderFacts(ref)));
    },
  };
}

/** What operators ask for. These may run beside any other step, and change nothing that those rely on. */
function createOperatorSteps(ref: OrderRef, state: OrderState, payments: PaymentCalls, tries: Tries) {
  return {
    /** Keeps who asked for something that changes nothing about the order. */
    async note(change: Change) {
      const keep = () => changeOrder({ ...ref, ...change });
      const result = await tries.locally("an operator's request is being kept", keep, { isRefusable: true });
      if (result.kind === 'applied') state.hasMade(change.commandId);
      return result;
    },

    /** Weighs what an operator states of the payment, between two attempts at what is in doubt. */
    async resolve(change: Change & { readonly command: OrderCommandOf<'resolve_payment'> }) {
      const weigh = () => payments.resolve(() => ({ ...change, ...state.doubt }));
      const step = "an operator's statement is being weighed";
      const result = await tries.remotely(step, weigh, { isRefusable: true });
      if (result.kind === 'applied') {
        // Written before its answer was lost, it is a replay to the database, and news here.
        if (!state.knows(change.commandId)) state.paymentIs(result.answer.paymentStatus);
        state.hasMade(change.commandId);
        // What it changes beside the payment's status is a flag, which decides whether the order is shipped.
        if (change.command.outcome === StatementOutcome.SettledElsewhere) state.learn(result.facts);
      }
      return result;
    },
  };
}
