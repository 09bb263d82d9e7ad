import { PaymentStatus } from '@oms/domain';
import { FailureType } from '@oms/contracts/temporal';
import {
  ActivityFailure,
  ApplicationFailure,
  isCancellation,
  sleep,
  TimeoutFailure,
  workflowInfo,
} from '@temporalio/workflow';

import { attemptsPerRound } from './order-activity-policies.js';
import type { OrderState } from './order-state.js';

const firstWaitMs = 5_000;
const longestWaitMs = 60_000;

export interface Persistence {
  readonly state: OrderState;
  /** Continues the order in a new run; never returns. Used when the history has grown long. */
  readonly continueInNewRun: () => Promise<never>;
}

/**
 * Runs a step until it gives an answer, however long that takes. A fault is shown as what the order waits for, and
 * tried again after a durable wait that grows to a minute, so that an order is complete minutes after whatever it
 * needs is back. Only a cancellation ends it.
 *
 * @param step the step in plain words: "the payment is being captured"
 */
export async function persist<Result>(
  { state, continueInNewRun }: Persistence,
  step: string,
  run: () => Promise<Result>,
): Promise<Result> {
  state.begin(step);
  let attempts = 0;
  for (let waitMs = firstWaitMs; ; waitMs = Math.min(waitMs * 2, longestWaitMs)) {
    try {
      const result = await run();
      state.begin(step);
      return result;
    } catch (error) {
      if (isCancellation(error) || !(error instanceof ActivityFailure)) throw error;
      attempts += attemptsPerRound;
      const fault = describeFault(error);
      if (fault.type === FailureType.PaymentOutcomeUnknown) state.paymentIs(PaymentStatus.Unknown);
      state.waitFor({
        fault: fault.message,
        attempts,
        nextAttemptAt: new Date(Date.now() + waitMs).toISOString(),
      });
    }
    await sleep(waitMs, { summary: `Waiting to try again: ${step}` });
    if (workflowInfo().continueAsNewSuggested) await continueInNewRun();
  }
}

function describeFault(failure: ActivityFailure): { readonly type?: string; readonly message: string } {
  const { cause } = failure;
  if (cause instanceof ApplicationFailure) {
    return { ...(cause.type ? { type: cause.type } : {}), message: `${cause.type}: ${cause.message}` };
  }
  if (cause instanceof TimeoutFailure) {
    return { message: `no worker finished it in time (${failure.activityType}, ${cause.timeoutType})` };
  }
  return { message: cause?.message ?? failure.message };
}
