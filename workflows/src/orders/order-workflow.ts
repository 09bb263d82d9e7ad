import { CancellationReason, OrderStatus } from '@oms/domain';
import {
  FailureType,
  type OrderOutcome,
  type OrderWorkflowInput,
  type CancellationDecision,
} from '@oms/contracts/temporal';
import {
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  condition,
  continueAsNew,
  isCancellation,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';

import { keepInErp } from './erp-sync.js';
import { acceptMessages } from './order-changes.js';
import { OrderState } from './order-state.js';
import { createOrderSteps, refusalOf, StepRefused, type OrderSteps } from './order-steps.js';
import { settleNotifications } from './settlement.js';

const cancellationRequested: CancellationDecision = {
  reason: CancellationReason.Requested,
  detail: 'the cancellation of the workflow was requested',
};

/**
 * One order, for its whole lifecycle: recorded, paid for and reserved, then open until nothing can follow. A decision
 * against the order undoes what was done, and cancels it. Changes come in as Updates.
 *
 * A run may begin anywhere in that lifecycle, with nothing but the order's id. The records tell the order's status and
 * the steps that it still owes, and every step may be repeated.
 */
export async function orderWorkflow(input: OrderWorkflowInput): Promise<OrderOutcome> {
  // All message handlers are in place before anything is awaited.
  const state = new OrderState(input);
  const steps = createOrderSteps(input, state);
  const story = new CancellationScope();
  const recording = { scope: new CancellationScope() };
  const erp = keepInErp(input, state);
  const settlement = settleNotifications(state, steps);
  acceptMessages({ input, state, steps, story, recording });
  const order: OrderParts = { input, state, steps };
  CancellationScope.current().cancelRequested.catch(() => {
    if (state.isUnrecorded) {
      state.cancelUnrecorded(cancellationRequested);
      recording.scope.cancel();
    } else if (state.status === OrderStatus.Confirmed || state.status === OrderStatus.Draft) {
      state.refusal ??= cancellationRequested;
    }
  });

  try {
    await CancellationScope.nonCancellable(() => record(order, recording));
  } catch (error) {
    if (error instanceof StepRefused) return endUnrecorded(state, error);
    throw error;
  }
  try {
    await story.run(async () => {
      while (state.status === OrderStatus.Draft && !state.refusal) {
        state.publish();
        await continueIfSuggested(order);
        await condition(
          () => state.status !== OrderStatus.Draft || state.refusal !== undefined || isToBeContinued(),
        );
      }
      if (state.status === OrderStatus.Pending && !state.refusal) await payAndReserve(order);
    });
  } catch (error) {
    if (!isCancellation(error)) throw error;
    state.refusal ??= cancellationRequested;
  }
  return CancellationScope.nonCancellable(async () => {
    const isOpen = (): boolean => !state.isEnded || state.owesRefund;
    const isAllDone = (): boolean => settlement.isDone() && erp.isDone() && allHandlersFinished();
    do {
      while (isOpen()) await liveOn(order);
      state.publish();
      await condition(() => isOpen() || isAllDone());
      // A change of an ended order may have asked for a refund meanwhile.
    } while (isOpen());
    return outcomeOf(input, state);
  });
}

interface OrderParts {
  readonly input: OrderWorkflowInput;
  readonly state: OrderState;
  readonly steps: OrderSteps;
}

/**
 * Records the order. If it was cancelled meanwhile, it is recorded as cancelled, and nothing has to be undone.
 *
 * @throws StepRefused when the database rejects the order for good
 */
async function record(
  { input: { tenantId, orgId, orderId, toPlace }, state, steps }: OrderParts,
  recording: { scope: CancellationScope },
): Promise<void> {
  for (;;) {
    const { refusal } = state;
    try {
      return await recording.scope.run(() =>
        steps.record({
          ...{ tenantId, orgId, orderId },
          ...(toPlace ? { toPlace } : {}),
          ...(refusal ? { refusal } : {}),
        }),
      );
    } catch (error) {
      if (!isCancellation(error)) throw error;
      recording.scope = new CancellationScope();
    }
  }
}

/**
 * The database rejects the order for good: callers get the refusal, and nothing has to be undone.
 *
 * @throws ApplicationFailure `RecordRefused`, which fails the workflow, so that operators see the database's message
 */
async function endUnrecorded(state: OrderState, refused: StepRefused): Promise<never> {
  state.cancelUnrecorded(refusalOf(refused));
  state.isUnrecordable = true;
  await CancellationScope.nonCancellable(() => condition(allHandlersFinished));
  throw ApplicationFailure.nonRetryable(refused.message, FailureType.RecordRefused);
}

async function payAndReserve(order: OrderParts): Promise<void> {
  const { state, steps } = order;
  try {
    const expiresAt = await authorizeAndReserve(order);
    if (isStopped(state)) return;
    state.isAllocated = true;
    const takesMoney = state.record?.paymentProvider !== undefined && !state.record.isCapturedAtShipment;
    const refusal = takesMoney ? await steps.capture(expiresAt) : undefined;
    if (refusal) await recordRefusal(order, refusal);
    // The cancellation let a call that was under way finish.
    if (isStopped(state)) return;
    // Not interrupted, so that the workflow's state and the database stay the same.
    await CancellationScope.nonCancellable(() => steps.confirm());
  } catch (error) {
    state.refusal ??= isCancellation(error) ? cancellationRequested : refusalOf(error);
  }
}

/**
 * Records a decision against a pending order before a caller learns it: the order then gives its external id free, even
 * while a step or an undo waits for a provider.
 */
async function recordRefusal({ state, steps }: OrderParts, refusal: CancellationDecision): Promise<void> {
  try {
    const decided = await CancellationScope.nonCancellable(() => steps.refuse(refusal));
    state.refusal ??= decided.kind === 'cancelling' ? decided.refusal : refusal;
  } catch (error) {
    // The step beside it goes on to its own end, since only known results can be undone.
    if (!(error instanceof StepRefused)) throw error;
    state.refusal ??= refusalOf(error);
  }
}

function isStopped(state: OrderState): boolean {
  if (CancellationScope.current().consideredCancelled) state.refusal ??= cancellationRequested;
  return state.refusal !== undefined;
}

/**
 * Authorises the payment and reserves the stock side by side, and waits for both: only known results can be undone.
 *
 * @returns the time at which the authorisation expires
 */
async function authorizeAndReserve(order: OrderParts): Promise<string | undefined> {
  const { state, steps } = order;
  let expiresAt: string | undefined;
  const authorize = async (): Promise<CancellationDecision | undefined> => {
    if (state.record?.paymentProvider === undefined) return undefined;
    const result = await steps.authorize();
    if ('reason' in result) return result;
    expiresAt = result.expiresAt;
    return undefined;
  };
  let isDecided = false;
  const decide = async (step: () => Promise<CancellationDecision | undefined>): Promise<void> => {
    const refusal = await step().catch((error: unknown) =>
      isCancellation(error) ? undefined : refusalOf(error),
    );
    // A second decision is dropped: two local activities must not run beside each other.
    if (!refusal || isDecided) return;
    isDecided = true;
    await recordRefusal(order, refusal);
  };
  await Promise.all([decide(authorize), decide(() => steps.reserve())]);
  return expiresAt;
}

/** Takes one step of an open order. */
async function liveOn(order: OrderParts): Promise<void> {
  const { state, steps } = order;
  if (state.owesRefund) {
    // A refund that was promised before the cancellation is given first. The rest of the payment follows with the
    // undos.
    await steps.giveRefund();
    return continueIfSuggested(order);
  }
  if (state.refusal) return undoAndCancel(order, state.refusal);
  if (state.owesCapture) {
    await captureUnlessRefused(order);
    return continueIfSuggested(order);
  }
  if (state.isStale) return steps.look();
  state.publish();
  await continueIfSuggested(order);
  await untilSomethingIsToBeDone(order);
}

/** Captures for a shipment. A cancellation does not wait for that: its undo asks the provider what it came to. */
async function captureUnlessRefused({ state, steps }: OrderParts): Promise<void> {
  const capturing = new CancellationScope();
  let isOver = false;
  const stop = condition(() => isOver || state.refusal !== undefined).then(() => {
    capturing.cancel();
  });
  try {
    await capturing.run(() => steps.captureForShipment());
  } catch (error) {
    if (!isCancellation(error)) throw error;
  } finally {
    isOver = true;
    await stop;
  }
}

/** Waits for a change, or for the next thing that time does to the order. */
async function untilSomethingIsToBeDone({ state, steps }: OrderParts): Promise<void> {
  const { status } = state;
  const times = timers.map(({ at }) => at(state));
  const timer = timerOf(state, steps);
  const isSomethingToBeDone = (): boolean =>
    state.isEnded ||
    state.refusal !== undefined ||
    state.owesRefund ||
    state.owesCapture ||
    state.isStale ||
    state.status !== status ||
    timers.some(({ at }, index) => at(state) !== times[index]) ||
    isToBeContinued();
  if (!timer) return condition(isSomethingToBeDone);
  const waiting = new CancellationScope();
  let isOver = false;
  await waiting.run(() =>
    Promise.race([
      sleep(Math.max(Date.parse(timer.at) - Date.now(), 1), { summary: timer.summary }).then(
        () => (isOver = true),
      ),
      condition(isSomethingToBeDone),
    ]),
  );
  waiting.cancel();
  if (isOver) await timer.act();
}

/** The things that time does to an order, each at a time of its standing. */
const timers: readonly {
  readonly at: (state: OrderState) => string | undefined;
  readonly summary: (at: string) => string;
  readonly act: (steps: OrderSteps, at: string) => Promise<void>;
}[] = [
  {
    at: ({ closesAt }) => closesAt,
    summary: (at) => `The return window ends ${at}; then the order is closed`,
    act: (steps) => steps.close(),
  },
  {
    at: ({ returnExpiresAt }) => returnExpiresAt,
    summary: (at) => `A return whose goods have not come expires ${at}`,
    act: (steps, at) => steps.expireReturns(at),
  },
  {
    at: ({ captureBy }) => captureBy,
    summary: (at) => `The authorisation lapses a day after ${at}, and the order has not shipped`,
    act: (steps) => steps.guardAuthorization(),
  },
];

/** The next thing that time does to an order. */
function timerOf(state: OrderState, steps: OrderSteps) {
  return timers
    .flatMap(({ at: atOf, summary, act }) => {
      const at = atOf(state);
      return at === undefined ? [] : [{ at, summary: summary(at), act: () => act(steps, at) }];
    })
    .sort((one, other) => Date.parse(one.at) - Date.parse(other.at))[0];
}

/** Undoes everything that the order may have done, and cancels it. Nothing interrupts it. */
async function undoAndCancel({ state, steps }: OrderParts, wanted: CancellationDecision): Promise<void> {
  const decided = await steps.refuse(wanted);
  if (decided.kind !== 'cancelling') {
    // Too late for a cancellation, or it is done already.
    state.refusal = undefined;
    state.isStale = true;
    return;
  }
  if (state.status !== OrderStatus.Draft) {
    await steps.releaseStock();
    if (state.record?.paymentProvider !== undefined) await steps.giveMoneyBack();
  }
  await steps.cancel(decided.refusal);
}

const isToBeContinued = (): boolean => workflowInfo().continueAsNewSuggested && allHandlersFinished();

/** Continues as new, from the records, if the history of this run is long. Pending Updates finish first. */
async function continueIfSuggested({ input, state }: OrderParts): Promise<void> {
  if (!isToBeContinued()) return;
  const { toPlace: _, ...rest } = input;
  await continueAsNew<typeof orderWorkflow>({ ...rest, ...(state.hasErp ? { hasErp: true } : {}) });
}

function outcomeOf({ orderId }: OrderWorkflowInput, state: OrderState): OrderOutcome {
  const { status, cancellationReason, record: { number } = { number: orderId } } = state;
  return { orderId, number, status, ...(cancellationReason ? { cancellationReason } : {}) };
}
