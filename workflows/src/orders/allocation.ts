import { OrderStatus } from '@oms/domain';
import { awaitAllocationUpdate, type AllocationAnswer } from '@oms/contracts/temporal';
import { condition, setHandler } from '@temporalio/workflow';

import type { OrderState } from './order-state.js';

/**
 * Answers whoever wants to know whether the order gets its stock, as soon as that is decided: before what was decided
 * against the order is undone, which may take as long as a provider takes.
 */
export function answerAllocation(state: OrderState): void {
  setHandler(awaitAllocationUpdate, async (): Promise<AllocationAnswer> => {
    // Counted among what is in flight, so that the run does not end before it has answered.
    state.changesInFlight += 1;
    try {
      await condition(() => decided(state) !== undefined || state.isContinuing);
      return decided(state) ?? { kind: 'undecided' };
    } finally {
      state.changesInFlight -= 1;
    }
  });
}

function decided(state: OrderState): AllocationAnswer | undefined {
  if (state.refusal) {
    const { reason, detail, shortages } = state.refusal;
    return { kind: 'refused', reason, detail, ...(shortages ? { shortages } : {}) };
  }
  const { status, recorded } = state;
  if (!recorded) return undefined;
  if (status === OrderStatus.Cancelled) {
    const { cancellationReason: reason } = state.progress();
    return reason && { kind: 'refused', reason, detail: '' };
  }
  const isUnderWay = status === OrderStatus.Draft || status === OrderStatus.Pending;
  return state.isStockReserved || !isUnderWay ? { kind: 'reserved' } : undefined;
}
