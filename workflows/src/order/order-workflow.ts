import { CancellationReason, isTerminal, OrderStatus } from '@oms/domain';
import {
  orderProgressQuery,
  placeOrderUpdate,
  type OrderOutcome,
  type OrderWorkflowInput,
  type PlacedOrder,
  type Refusal,
} from '@oms/contracts/temporal';
import { HandlerUnfinishedPolicy } from '@temporalio/common';
import {
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  condition,
  continueAsNew,
  isCancellation,
  setHandler,
} from '@temporalio/workflow';

import { OrderState } from './order-state.js';
import { createOrderSteps } from './order-steps.js';
import { persist } from './persist.js';

const cancellationRequested: Refusal = {
  reason: CancellationReason.Requested,
  detail: 'the cancellation of the workflow was requested',
};

/**
 * One order, for its whole life: recorded, paid for and reserved, then open until nothing can follow. Every step is
 * repeated until it gives an answer; an answer against the order undoes what was done, in reverse, and cancels it.
 *
 * A run may begin anywhere in that life (after continue-as-new, or started anew for an order that is recorded): the
 * steps that were taken are idempotent and say so.
 */
export async function orderWorkflow(input: OrderWorkflowInput): Promise<OrderOutcome> {
  const { state, steps, refusal } = setUp(input);

  await steps.record();
  try {
    const against = refusal.current ?? (await payAndReserve(state, steps));
    if (against) await steps.undoAndCancel((refusal.current = against));
    if (!isTerminal(state.status)) {
      state.begin('the order is open: the warehouse has it');
      await condition(() => isTerminal(state.status));
    }
  } catch (error) {
    if (!isCancellation(error)) throw error;
    await steps.undoAndCancel((refusal.current = cancellationRequested));
  }
  await CancellationScope.nonCancellable(() => condition(allHandlersFinished));
  return outcomeOf(input, state);
}

type Steps = ReturnType<typeof createOrderSteps>;

/** @returns the refusal, when something was decided against the order */
async function payAndReserve(state: OrderState, steps: Steps): Promise<Refusal | undefined> {
  if (state.status !== OrderStatus.Pending) return undefined;
  const refusal = (await steps.authorize()) ?? (await steps.reserve()) ?? (await steps.capture());
  if (!refusal) await steps.confirm();
  return refusal;
}

/** State and message handlers, all in place before anything is awaited. */
function setUp(input: OrderWorkflowInput) {
  const state = new OrderState(input);
  const refusal: { current?: Refusal } = input.refusal ? { current: input.refusal } : {};

  setHandler(orderProgressQuery, () => state.progress());
  setHandler(placeOrderUpdate, () => untilPlaced(input, state), {
    // A caller that waits while the order cannot be recorded is answered 202 long before a run ends.
    unfinishedPolicy: HandlerUnfinishedPolicy.ABANDON,
  });

  const continueInNewRun = () => {
    const { order, refusal: _, ...rest } = input;
    return continueAsNew<typeof orderWorkflow>({
      ...rest,
      ...(state.recorded || !order ? {} : { order }),
      ...(refusal.current ? { refusal: refusal.current } : {}),
    });
  };
  const steps = createOrderSteps(input, state, (step, run) =>
    persist({ state, continueInNewRun }, step, run),
  );
  return { state, steps, refusal };
}

async function untilPlaced(input: OrderWorkflowInput, state: OrderState): Promise<PlacedOrder> {
  await condition(() => state.recorded !== undefined);
  const { recorded } = state;
  if (!recorded) throw ApplicationFailure.nonRetryable('the order is not recorded');
  return {
    orderId: input.orderId,
    number: recorded.number,
    status: recorded.status,
    requestHash: recorded.requestHash,
    requestId: recorded.requestId,
  };
}

function outcomeOf(input: OrderWorkflowInput, state: OrderState): OrderOutcome {
  const { number, status, cancellationReason } = state.progress();
  return {
    orderId: input.orderId,
    number: number ?? input.orderId,
    status,
    ...(cancellationReason ? { cancellationReason } : {}),
  };
}
