import { resyncErpUpdate, type PushOrderResult } from '@oms/contracts/temporal';
import type { OrderRef } from '@oms/domain';
import {
  ActivityFailure,
  CancellationScope,
  condition,
  isCancellation,
  setHandler,
} from '@temporalio/workflow';

import { pushOrderToErp } from '../erp/erp-activity-policies.js';
import { quoted } from './order-details.js';
import type { OrderState } from './order-state.js';

/** Keeps an order up to date in its ERP, beside the order's own steps. */
export interface ErpSync {
  /** Whether the ERP has all of what was written about the order, or has refused it. */
  readonly isDone: () => boolean;
}

/**
 * Brings the order to its ERP whenever something was written about it: one push at a time, each of the order as it is
 * by then, tried for as long as it takes. The order never waits for it, until there is nothing else left to do; a
 * cancellation of the workflow does not stop it.
 *
 * An order that is kept in no ERP is waited for in memory, and its history shows nothing of this.
 */
export function keepInErp({ tenantId, orgId, orderId }: OrderRef, state: OrderState): ErpSync {
  /** How much of what was written the ERP has answered for. */
  let answered = 0;
  let push: CancellationScope | undefined;
  const isBehind = (): boolean => state.hasErp && state.writes > answered;

  setHandler(resyncErpUpdate, () => {
    state.hasErp = true;
    state.wrote();
    // Ends a wait for the next attempt. An attempt that is under way finishes first.
    push?.cancel();
    return { status: 'asked' } as const;
  });

  async function bringThere(): Promise<void> {
    const written = state.writes;
    state.erpIs(
      'the order is being brought there; what stands in the way, if anything, is a pending activity',
    );
    push = new CancellationScope();
    try {
      state.erpIs(describe(await push.run(() => pushOrderToErp({ tenantId, orgId, orderId }))));
      answered = written;
    } catch (error) {
      if (isCancellation(error)) return;
      if (!(error instanceof ActivityFailure)) throw error;
      // Only an attempt that was told not to go on ends with its fault.
      if (push.consideredCancelled) return;
      state.erpIs(`the push was given up: ${quoted(error.cause?.message ?? error.message)}`);
      answered = written;
    } finally {
      push = undefined;
    }
  }

  void CancellationScope.nonCancellable(async () => {
    for (;;) {
      await condition(isBehind);
      await bringThere();
    }
  });
  return { isDone: () => !isBehind() };
}

function describe(result: PushOrderResult): string {
  const version = `version ${result.version} of the order`;
  return result.kind === 'synced'
    ? `it has ${version}, as ${quoted(result.erpId)}`
    : `it refuses ${version}: ${quoted(result.message)}; the update \`resyncErp\` tries again`;
}
