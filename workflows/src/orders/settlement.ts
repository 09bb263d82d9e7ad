import { CancellationScope, condition } from '@temporalio/workflow';

import type { OrderState } from './order-state.js';
import type { OrderSteps } from './order-steps.js';

/** The settlement of the payment provider's notifications, beside the order's own steps. */
export interface Settlement {
  /** Whether every notification is settled that this run knows of. */
  readonly isDone: () => boolean;
}

/**
 * Settles notifications whenever the order owes it: one settlement at a time, retried until it succeeds. Neither a change nor
 * a step of the order waits for it. The run ends after it.
 */
export function settleNotifications(state: OrderState, steps: OrderSteps): Settlement {
  let isUnderWay = false;

  void CancellationScope.nonCancellable(async () => {
    for (;;) {
      await condition(() => state.owesSettlement && !state.isUnrecorded);
      isUnderWay = true;
      // A signal that arrives from here on asks for another settlement.
      state.isNotified = false;
      await steps.settle();
      isUnderWay = false;
      state.publish();
    }
  });
  return { isDone: () => !isUnderWay && !state.owesSettlement };
}
