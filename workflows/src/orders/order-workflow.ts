import { CancellationReason, hasOpenReturns, OrderStatus, type Actor } from '@oms/domain';
import {
  FailureType,
  orderProgressQuery,
  placeOrderUpdate,
  type OrderOutcome,
  type OrderWorkflowInput,
  type PlacedOrder,
  type Refusal,
  type Waiting,
} from '@oms/contracts/temporal';
import { HandlerUnfinishedPolicy } from '@temporalio/common';
import {
  allHandlersFinished,
  ApplicationFailure,
  CancelledFailure,
  CancellationScope,
  condition,
  continueAsNew,
  isCancellation,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';

import { answerAllocation } from './allocation.js';
import { flagIfExpiring } from './expiring-authorization.js';
import { keepInErp } from './erp-sync.js';
import { acceptChanges } from './order-changes.js';
import { OrderState } from './order-state.js';
import { createOrderSteps, refusalOf } from './order-steps.js';
import { persist, StepRefused } from './persist.js';
import { Turns } from './turns.js';

const cancellationRequested: Refusal = {
  reason: CancellationReason.Requested,
  detail: 'the cancellation of the workflow was requested',
};

/**
 * One order, for its whole life: recorded, paid for and reserved, then open until nothing can follow. Every step is
 * repeated until it gives an answer; an answer against the order undoes what was done, in reverse, and cancels it.
 * Changes come in as Updates, one at a time.
 *
 * A run may begin anywhere in that life (after continue-as-new, or started anew for an order that is recorded): the
 * steps that were taken are idempotent and say so.
 */
export async function orderWorkflow(input: OrderWorkflowInput): Promise<OrderOutcome> {
  const order = setUp(input);
  const { state, steps, story } = order;

  try {
    await steps.record();
  } catch (error) {
    if (error instanceof StepRefused) return endUnrecorded(state, error);
    throw error;
  }
  try {
    if (state.status === OrderStatus.Draft) await untilDraftIsPlaced(state);
    if (!state.refusal) await story.run(() => payAndReserve(order));
  } catch (error) {
    if (!isCancellation(error)) throw error;
    state.refusal ??= cancellationRequested;
  }
  return CancellationScope.nonCancellable(async () => {
    while (!state.isEnded || state.nextRefundId !== undefined) await liveOn(order);
    await order.erp.untilSynced();
    await condition(allHandlersFinished);
    return outcomeOf(input, state);
  });
}

type OrderParts = ReturnType<typeof setUp>;

/**
 * The database does not take the order, and would not later: whoever waits is told so, nothing was done for it.
 *
 * @throws ApplicationFailure `RecordRefused`, which ends the workflow as failed, where operators see what the database says
 */
async function endUnrecorded(state: OrderState, refused: StepRefused): Promise<never> {
  state.refuse(refusalOf(refused));
  state.isUnrecordable = true;
  await CancellationScope.nonCancellable(() =>
    condition(() => state.placersWaiting + state.changesInFlight === 0 && allHandlersFinished()),
  );
  throw ApplicationFailure.nonRetryable(refused.message, FailureType.RecordRefused);
}

async function untilDraftIsPlaced(state: OrderState): Promise<void> {
  await condition(() => state.status !== OrderStatus.Draft || state.refusal !== undefined);
}

async function payAndReserve({ state, steps }: OrderParts): Promise<void> {
  if (state.status !== OrderStatus.Pending) return;
  try {
    const refusal = (await steps.authorize()) ?? (await steps.reserve()) ?? (await steps.capture());
    // A call that was under way when the order was cancelled was let finish.
    if (CancellationScope.current().consideredCancelled) throw new CancelledFailure('cancelled while paying');
    if (refusal) state.refusal = refusal;
    else await steps.confirm();
  } catch (error) {
    state.refusal ??= isCancellation(error) ? cancellationRequested : refusalOf(error);
  }
}

/** One thing at a time that an open order does by itself. */
async function liveOn(order: OrderParts): Promise<void> {
  const { state, steps } = order;
  if (state.nextRefundId !== undefined) {
    // What was promised before the order was cancelled is given as promised; what is left then, with the rest.
    await steps.refund(state.nextRefundId);
    // Those that are asked for faster than they are given would keep it in this run until its history is full.
    await order.continueIfSuggested();
    return;
  }
  if (state.refusal) {
    await steps.undoAndCancel(state.refusal);
    return;
  }
  await order.continueIfSuggested();
  const { status } = state;
  const somethingIsToBeDone = (): boolean =>
    state.isEnded ||
    state.refusal !== undefined ||
    state.nextRefundId !== undefined ||
    state.status !== status ||
    (order.isContinueSuggested() && state.changesInFlight === 0);
  if (status !== OrderStatus.Delivered) return condition(somethingIsToBeDone);
  if (isReturnUnderWay(state)) {
    const wait = state.begin(
      'the order is delivered: it is closed when what the customer sends back has come to its end',
    );
    await condition(() => somethingIsToBeDone() || !isReturnUnderWay(state));
    return wait.end();
  }
  if (await isReturnWindowOver(order, somethingIsToBeDone)) await closeByTime(order, somethingIsToBeDone);
}

function isReturnUnderWay({ facts }: OrderState): boolean {
  return facts !== undefined && hasOpenReturns(facts);
}

async function isReturnWindowOver(
  { state }: OrderParts,
  somethingIsToBeDone: () => boolean,
): Promise<boolean> {
  const { deliveredAt, returnWindowMs = 0 } = state.limits ?? {};
  const endsMs = (deliveredAt === undefined ? Date.now() : Date.parse(deliveredAt)) + returnWindowMs;
  const window = new CancellationScope();
  let isOver = false;
  await window.run(() =>
    Promise.race([
      sleep(Math.max(endsMs - Date.now(), 1), {
        summary: `The return window ends ${new Date(endsMs).toISOString()}; then the order is closed`,
      }).then(() => (isOver = true)),
      condition(somethingIsToBeDone),
    ]),
  );
  window.cancel();
  return isOver;
}

const clock: Actor = { type: 'system', id: 'return-window' };

async function closeByTime(
  { steps, turns, state }: OrderParts,
  somethingIsToBeDone: () => boolean,
): Promise<void> {
  const asked = state.retriesAsked;
  try {
    await turns.take(async () => {
      if (state.status !== OrderStatus.Delivered) return;
      const closed = await steps.change({
        commandId: 'return-window',
        requestHash: '',
        requestId: 'return-window',
        actor: clock,
        command: { type: 'close' },
      });
      // By all that is known here it can be closed: the books know more.
      if (closed.kind === 'refused') await steps.readBooks();
    });
  } catch (error) {
    if (!(error instanceof StepRefused)) throw error;
    const wait = state.begin('the order is being closed');
    wait.waitFor(waitingForOperator(error));
    await condition(() => somethingIsToBeDone() || state.retriesAsked > asked);
    wait.end();
  }
}

function waitingForOperator({ fault }: StepRefused): Waiting {
  const since = new Date(Date.now()).toISOString();
  return { fault, code: FailureType.RecordRefused, since, attempts: 1 };
}

/** State and message handlers, all in place before anything is awaited. */
function setUp(input: OrderWorkflowInput) {
  const state = new OrderState(input);
  const turns = new Turns();
  const story = new CancellationScope();

  setHandler(orderProgressQuery, () => state.progress());
  setHandler(placeOrderUpdate, () => untilPlaced(input, state), {
    // A caller that waits while the order cannot be recorded is answered 202 long before a run ends.
    unfinishedPolicy: HandlerUnfinishedPolicy.ABANDON,
  });

  answerAllocation(state);

  const isContinueSuggested = (): boolean => workflowInfo().continueAsNewSuggested;

  /** Whoever waits for what becomes of this order is answered first; whoever changes it is let finish. */
  const continueIfSuggested = async (): Promise<void> => {
    if (!isContinueSuggested()) return;
    state.isContinuing = true;
    if (state.changesInFlight > 0) return;
    const { order, refusal: _, ...rest } = input;
    await continueAsNew<typeof orderWorkflow>({
      ...rest,
      ...(state.recorded || !order ? {} : { order }),
      ...(state.refusal ? { refusal: state.refusal } : {}),
      ...(state.hasErp ? { hasErp: true } : {}),
    });
  };
  const afterWait = async (): Promise<void> => {
    await flagIfExpiring(input, state);
    await continueIfSuggested();
  };
  const steps = createOrderSteps(input, state, (step, run, options) =>
    persist({ state, afterWait }, step, run, options),
  );
  acceptChanges({ state, steps, turns, story, isGoingOn: input.order === undefined });
  onCancellation(state);
  const erp = keepInErp(input, state);
  return { state, erp, steps, turns, story, isContinueSuggested, continueIfSuggested };
}

/** A cancellation of the workflow cancels the order where that is still possible, and otherwise changes nothing. */
function onCancellation(state: OrderState): void {
  CancellationScope.current().cancelRequested.catch(() => {
    const isOpen = state.status === OrderStatus.Confirmed || state.status === OrderStatus.Draft;
    if (isOpen || !state.recorded) state.refuse(cancellationRequested);
  });
}

async function untilPlaced(input: OrderWorkflowInput, state: OrderState): Promise<PlacedOrder> {
  state.placersWaiting += 1;
  await condition(() => state.recorded !== undefined || state.isUnrecordable);
  state.placersWaiting -= 1;
  const { recorded } = state;
  if (!recorded)
    throw ApplicationFailure.nonRetryable('the order is not recorded', FailureType.RecordRefused);
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
