import type { InventoryActivities, OrderActivities, PaymentActivities } from '@oms/activities';
import { authorizationWarningMs, CancellationReason, PaymentStatus, type OrderRef } from '@oms/domain';
import {
  FailureType,
  orderStepWords,
  timeoutCode,
  TaskQueue,
  type ChangeOrderInput,
  type OrderStep,
  type PaymentFaultDetail,
  type CancellationDecision,
  type ResolvePaymentInput,
} from '@oms/contracts/temporal';
import {
  ActivityCancellationType,
  ActivityFailure,
  ApplicationFailure,
  CancelledFailure,
  CancellationScope,
  condition,
  isCancellation,
  log,
  proxyActivities,
  proxyLocalActivities,
  sleep,
  TimeoutFailure,
  type ActivityFunctionWithOptions,
  type ActivityOptions,
  type LocalActivityFunctionWithOptions,
} from '@temporalio/workflow';

import type { OrderState } from './order-state.js';
import type { Wait } from './order-details.js';

/** Faults of these few seconds are not shown. After them, the order shows that it waits. */
const shortRetries = {
  initialInterval: '500ms',
  backoffCoefficient: 2,
  maximumInterval: '2s',
  maximumAttempts: 4,
} as const;
/** Then a step is retried without end, so that an order continues within a minute of a repair. */
const longRetries = { initialInterval: '5s', backoffCoefficient: 2, maximumInterval: '1m' } as const;
/** A queue without a worker for so long is a fault. */
const noWorkerAfterMs = 30_000;

/** One short transaction. */
const recordPolicy = { startToCloseTimeout: '10s' } as const satisfies ActivityOptions;

/**
 * A local activity, without a round trip to the server. Only for the workflow's own next step, which stays the same if
 * its task is lost. A change that a caller requests has to be in the history before it is written.
 */
const localPolicy = {
  startToCloseTimeout: '10s',
  scheduleToCloseTimeout: '10s',
  retry: { initialInterval: '500ms', maximumAttempts: 3 },
} as const;

/**
 * A call to a provider, after a query if the outcome of the last call is unknown. Missing heartbeats reveal a killed
 * worker. A cancellation does not abandon a call that is under way: that would make its outcome unknown.
 */
const paymentPolicy = {
  taskQueue: TaskQueue.Payments,
  startToCloseTimeout: '60s',
  heartbeatTimeout: '10s',
  cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
} as const satisfies ActivityOptions;

/** One short statement, which may wait for other orders' locks. */
const inventoryPolicy = {
  ...paymentPolicy,
  taskQueue: TaskQueue.Inventory,
  startToCloseTimeout: '20s',
} as const;

const records = proxyActivities<OrderActivities>(recordPolicy);
const localRecords = proxyLocalActivities<OrderActivities>(localPolicy);
/** Needs nothing but a worker, so it is retried without end. */
const checks = proxyLocalActivities<OrderActivities>({ startToCloseTimeout: '10s' });
const payments = proxyActivities<PaymentActivities>(paymentPolicy);
const inventory = proxyActivities<InventoryActivities>(inventoryPolicy);

/** Thrown when a step has no answer within the tenant's time limit. */
export class GivenUp extends Error {
  constructor(
    readonly step: OrderStep,
    /** The type of the last fault, such as `PaymentProviderUnavailable`. */
    readonly fault: string,
  ) {
    super(`${orderStepWords[step]}: ${fault}`);
  }
}

/** Thrown when the database refuses a step for good. */
export class StepRefused extends Error {
  constructor(
    readonly step: OrderStep,
    /** The database's own message, for operators. */
    readonly fault: string,
  ) {
    super(`${orderStepWords[step]}: ${fault}`);
  }
}

/** How a step is carried out. */
interface HowTo {
  readonly step: OrderStep;
  /** The dependency by which operators find a waiting order. */
  readonly waitsFor: string;
  /** The deadline: milliseconds since the epoch, by the workflow's clock. */
  readonly deadlineMs?: number;
  /** Runs beside a waiting step, until the step ends. */
  readonly meanwhile?: () => Promise<void>;
}

type Activity<Args extends unknown[], Result> = Pick<
  ActivityFunctionWithOptions<(...args: Args) => Promise<Result>>,
  'executeWithOptions'
>;
type LocalActivity<Args extends unknown[], Result> = Pick<
  LocalActivityFunctionWithOptions<(...args: Args) => Promise<Result>>,
  'executeWithOptions'
>;

export type OrderSteps = ReturnType<typeof createOrderSteps>;

/** The steps of an order's lifecycle. Each is retried until it has an answer. */
export function createOrderSteps({ tenantId, orgId, orderId }: OrderRef, state: OrderState) {
  const ref: OrderRef = { tenantId, orgId, orderId };
  const provider = (): string => state.record?.paymentProvider ?? 'payments';
  const pending = (): Pick<HowTo, 'deadlineMs'> => {
    const { pendingSince, pendingLimitMs = 0 } = state.record ?? {};
    return pendingSince === undefined ? {} : { deadlineMs: Date.parse(pendingSince) + pendingLimitMs };
  };

  /**
   * Tries a step a few times. If all attempts fail, the order is shown as waiting, and Temporal retries the step
   * without end.
   *
   * @throws GivenUp after the deadline
   * @throws StepRefused when the database refuses the step
   */
  async function untilAnswered<Args extends unknown[], Result>(
    howTo: HowTo,
    activity: Activity<Args, Result>,
    args: Args,
  ): Promise<Result> {
    const begun = state.begin(howTo.step);
    try {
      const options = { retry: shortRetries, scheduleToStartTimeout: noWorkerAfterMs, ...limitOf(howTo) };
      const first = await attempt(howTo, () => activity.executeWithOptions(options, args));
      if (first.kind === 'answered') return first.result;
      state.waitFor(begun, waitOf(howTo, first.fault));
      return await patiently(howTo, activity, args);
    } finally {
      state.end(begun);
    }
  }

  /** The same, with a local activity first. Only for the workflow's own steps. */
  async function untilRecorded<Args extends unknown[], Result>(
    step: OrderStep,
    local: LocalActivity<Args, Result>,
    activity: Activity<Args, Result>,
    args: Args,
    deadline: Pick<HowTo, 'deadlineMs'> = {},
  ): Promise<Result> {
    const howTo: HowTo = { step, waitsFor: 'database', ...deadline };
    const begun = state.begin(step);
    try {
      const first = await attempt(howTo, () => local.executeWithOptions({}, args));
      if (first.kind === 'answered') return first.result;
      state.waitFor(begun, waitOf(howTo, first.fault));
      return await patiently(howTo, activity, args);
    } finally {
      state.end(begun);
    }
  }

  /** The request about the payment that is under way; an operator's statement never overlaps with one. */
  let call: CancellationScope | undefined;
  let statements = 0;

  async function untilPaymentAnswered<Result>(ask: () => Promise<Result>): Promise<Result> {
    for (;;) {
      await condition(() => statements === 0);
      const scope = new CancellationScope();
      call = scope;
      try {
        return await scope.run(ask);
      } catch (error) {
        const isStepCancelled = CancellationScope.current().consideredCancelled;
        if (!isCancellation(error) || !scope.consideredCancelled || isStepCancelled) throw error;
        // Interrupted by an operator's statement: the request is repeated after it.
      } finally {
        call = undefined;
      }
    }
  }

  return {
    /** @throws StepRefused when the database rejects the order for good */
    record: async (input: Parameters<OrderActivities['recordOrder']>[0]): Promise<void> => {
      state.recorded(
        await untilRecorded('recordOrder', localRecords.recordOrder, records.recordOrder, [input]),
      );
    },

    async authorize(): Promise<CancellationDecision | { readonly expiresAt?: string }> {
      const howTo: HowTo = { step: 'authorizePayment', waitsFor: provider(), ...pending() };
      const result = await untilPaymentAnswered(() => untilAnswered(howTo, payments.authorizePayment, [ref]));
      if (result.kind === 'refused') return result;
      state.paymentIs(PaymentStatus.Authorized);
      return result;
    },

    async reserve(): Promise<CancellationDecision | undefined> {
      const howTo: HowTo = { step: 'reserveInventory', waitsFor: 'inventory', ...pending() };
      const result = await untilAnswered(howTo, inventory.reserveInventory, [ref]);
      state.wrote();
      return result.kind === 'refused' ? result : undefined;
    },

    /** @param expiresAt the expiry of the authorisation, if known: a waiting order is flagged before it */
    async capture(expiresAt: string | undefined): Promise<CancellationDecision | undefined> {
      const limit = pending();
      const howTo: HowTo = {
        ...{ step: 'capturePayment', waitsFor: provider(), ...limit },
        ...(expiresAt === undefined ? {} : { meanwhile: () => flagBefore(expiresAt, limit.deadlineMs) }),
      };
      const result = await untilPaymentAnswered(() => untilAnswered(howTo, payments.capturePayment, [ref]));
      if (result.kind === 'refused') return result;
      state.paymentIs(PaymentStatus.Captured);
      return undefined;
    },

    async captureForShipment(): Promise<void> {
      const howTo: HowTo = { step: 'captureForShipment', waitsFor: provider() };
      const captured = await untilPaymentAnswered(() =>
        untilAnswered(howTo, payments.captureForShipment, [ref]),
      );
      state.take(captured.standing);
    },

    async guardAuthorization(): Promise<void> {
      state.take(
        await untilRecorded(
          'guardAuthorization',
          localRecords.guardAuthorization,
          records.guardAuthorization,
          [ref],
        ),
      );
    },

    async confirm(): Promise<void> {
      state.take(await untilRecorded('confirmOrder', localRecords.confirmOrder, records.confirmOrder, [ref]));
    },

    /** Decides the cancellation before anything is undone. A change requests it, so it is in the history first. */
    async refuse(refusal: CancellationDecision) {
      const input = [{ ...ref, refusal }] satisfies Parameters<OrderActivities['refuseOrder']>;
      const result = refusal.change
        ? await untilAnswered({ step: 'refuseOrder', waitsFor: 'database' }, records.refuseOrder, input)
        : await untilRecorded('refuseOrder', localRecords.refuseOrder, records.refuseOrder, input);
      if (result.kind === 'done') state.take(result.standing);
      return result;
    },

    async releaseStock(): Promise<void> {
      await untilAnswered({ step: 'releaseInventory', waitsFor: 'inventory' }, inventory.releaseInventory, [
        ref,
      ]);
      state.wrote();
    },

    async giveMoneyBack(): Promise<void> {
      const howTo: HowTo = { step: 'reversePayment', waitsFor: provider() };
      const reversed = await untilPaymentAnswered(() => untilAnswered(howTo, payments.reversePayment, [ref]));
      state.paymentIs(reversed.paymentStatus);
    },

    async cancel(refusal: CancellationDecision) {
      const cancelled = await untilRecorded('cancelOrder', localRecords.cancelOrder, records.cancelOrder, [
        { ...ref, refusal },
      ]);
      state.take(cancelled.standing);
      return cancelled.answer;
    },

    async giveRefund(): Promise<void> {
      const howTo: HowTo = { step: 'giveRefund', waitsFor: provider() };
      const { standing } = await untilPaymentAnswered(() => untilAnswered(howTo, payments.giveRefund, [ref]));
      state.take(standing);
    },

    async settle(): Promise<void> {
      const howTo: HowTo = { step: 'settleNotifications', waitsFor: provider() };
      const { standing } = await untilAnswered(howTo, payments.settleNotifications, [ref]);
      state.take(standing);
    },

    async close(): Promise<void> {
      const closed = await untilRecorded('closeOrder', localRecords.closeOrder, records.closeOrder, [ref]);
      if (closed.kind === 'applied') state.take(closed.standing);
      else state.isStale = true;
    },

    /** @param until the time that a timer has reached */
    async expireReturns(until: string): Promise<void> {
      const input = [{ ...ref, until }] satisfies Parameters<OrderActivities['expireReturns']>;
      state.take(
        await untilRecorded('expireReturns', localRecords.expireReturns, records.expireReturns, input),
      );
    },

    async look(): Promise<void> {
      state.isStale = false;
      state.take(await untilRecorded('lookAtOrder', localRecords.lookAtOrder, records.lookAtOrder, [ref]));
    },

    /** Requests a change. The transaction that writes it decides it. */
    async change(change: Change) {
      const howTo: HowTo = { step: 'changeOrder', waitsFor: 'database' };
      const result = await untilAnswered(howTo, records.changeOrder, [{ ...ref, ...change }]);
      if (result.kind !== 'refused') state.take(result.standing);
      return result;
    },

    /** The refusal of a draft whose payment holds too little. `undefined` also where the provider does not answer. */
    async checkPayment(change: Change) {
      if (state.record?.paymentProvider === undefined) return undefined;
      const begun = state.begin('checkPayment');
      try {
        const howTo: HowTo = { step: 'checkPayment', waitsFor: provider() };
        const options = { retry: shortRetries, scheduleToStartTimeout: noWorkerAfterMs };
        const checked = await attempt(howTo, () =>
          payments.checkPayment.executeWithOptions(options, [{ ...ref, ...change }]),
        );
        return checked.kind === 'answered' ? checked.result : undefined;
      } finally {
        state.end(begun);
      }
    },

    async placeDraft(change: Change) {
      const howTo: HowTo = { step: 'placeDraft', waitsFor: 'database' };
      const result = await untilAnswered(howTo, records.placeDraft, [{ ...ref, ...change }]);
      if (result.kind !== 'refused') state.take(result.standing);
      return result;
    },

    /** Keeps the answer of a change that took several steps. */
    async remember(change: Change) {
      const howTo: HowTo = { step: 'rememberChange', waitsFor: 'database' };
      const result = await untilAnswered(howTo, records.rememberChange, [{ ...ref, ...change }]);
      if (result.kind === 'applied') state.take(result.standing);
      return result;
    },

    /** Checks an operator's statement about the payment, between two attempts of the step in doubt. */
    async resolve(change: Omit<ResolvePaymentInput, keyof OrderRef>) {
      statements += 1;
      try {
        call?.cancel();
        await condition(() => call === undefined);
        const howTo: HowTo = { step: 'resolvePayment', waitsFor: provider() };
        const result = await untilAnswered(howTo, payments.resolvePayment, [{ ...ref, ...change }]);
        if (result.kind === 'applied') state.take(result.standing);
        return result;
      } finally {
        statements -= 1;
      }
    },

    /** The refusal of a malformed change. */
    check: (change: Change) => checks.checkChange(change),

    /** Retries the waiting step at once, unless the change that requests it is malformed. */
    resume: (change?: Change) =>
      records.resumeSteps.executeWithOptions({ retry: { maximumInterval: '5s' } }, change ? [change] : []),
  };

  /** Flags an order whose authorisation expires soon. An order whose deadline comes first needs no flag. */
  async function flagBefore(expiresAt: string, deadlineMs = Infinity): Promise<void> {
    const warnAtMs = Date.parse(expiresAt) - authorizationWarningMs;
    if (warnAtMs > deadlineMs) return;
    await sleep(Math.max(warnAtMs - Date.now(), 1), {
      summary: `The authorisation lapses ${expiresAt}; a day before, the order is flagged`,
    });
    state.take(
      await records.flagExpiringAuthorization.executeWithOptions({ retry: longRetries }, [
        { ...ref, expiresAt },
      ]),
    );
    state.authorizationLapses(expiresAt);
  }
}

/** A change, as the order itself sees it. */
export type Change = Omit<ChangeOrderInput, keyof OrderRef>;

async function patiently<Args extends unknown[], Result>(
  howTo: HowTo,
  activity: Activity<Args, Result>,
  args: Args,
): Promise<Result> {
  const beside = new CancellationScope();
  if (howTo.meanwhile) {
    beside.run(howTo.meanwhile).catch((error: unknown) => {
      if (!isCancellation(error)) log.warn('what runs beside a step that waits has failed', { error });
    });
  }
  try {
    const answer = await attempt(howTo, () =>
      activity.executeWithOptions({ retry: longRetries, ...limitOf(howTo) }, args),
    );
    if (answer.kind === 'answered') return answer.result;
    throw new GivenUp(howTo.step, answer.fault.type ?? answer.fault.message);
  } finally {
    beside.cancel();
  }
}

function limitOf({ deadlineMs }: HowTo): { readonly scheduleToCloseTimeout?: number } {
  return deadlineMs === undefined ? {} : { scheduleToCloseTimeout: Math.max(deadlineMs - Date.now(), 1) };
}

function waitOf({ waitsFor, deadlineMs }: HowTo, { type, message, isOutcomeUnknown }: Fault): Wait {
  return {
    ...{ waitsFor, code: type ?? timeoutCode, fault: message, isOutcomeUnknown },
    since: new Date(Date.now()).toISOString(),
    ...(deadlineMs === undefined ? {} : { givenUpAt: new Date(deadlineMs).toISOString() }),
  };
}

interface Fault {
  readonly type?: string;
  readonly message: string;
  /** Whether the database refuses the step, and the step may be left out. */
  readonly isFinal?: true;
  /** Whether a provider may have carried out a request, at this attempt or an earlier one. */
  readonly isOutcomeUnknown: boolean;
}

/**
 * Runs an activity to the end of its own attempts.
 *
 * @throws CancelledFailure, also when the last attempt failed after it was told to stop
 * @throws StepRefused, GivenUp when no other attempt follows
 */
async function attempt<Result>(
  { step, deadlineMs = Infinity }: HowTo,
  run: () => Promise<Result>,
): Promise<
  { readonly kind: 'answered'; readonly result: Result } | { readonly kind: 'failed'; readonly fault: Fault }
> {
  try {
    return { kind: 'answered', result: await run() };
  } catch (error) {
    if (isCancellation(error) || !isFailure(error)) throw error;
    if (CancellationScope.current().consideredCancelled) throw new CancelledFailure(`${step}: cancelled`);
    const fault = faultOf(error);
    if (fault.isFinal) throw new StepRefused(step, fault.message);
    if (isOutOfTime(error) && deadlineMs < Infinity) throw new GivenUp(step, fault.type ?? fault.message);
    return { kind: 'failed', fault };
  }
}

/** A local activity's failure comes without an `ActivityFailure` around it. */
type Failure = ActivityFailure | ApplicationFailure | TimeoutFailure;

function isFailure(error: unknown): error is Failure {
  return (
    error instanceof ActivityFailure || error instanceof ApplicationFailure || error instanceof TimeoutFailure
  );
}

/** Whether there is no time for another attempt. */
function isOutOfTime(failure: Failure): boolean {
  if (!(failure instanceof ActivityFailure)) return false;
  const { cause, retryState } = failure;
  const isOver = cause instanceof TimeoutFailure && cause.timeoutType === 'SCHEDULE_TO_CLOSE';
  return isOver || retryState === 'TIMEOUT';
}

const noAnswerInTime = 'no worker finished it in time';

function faultOf(failure: Failure): Fault {
  const cause = failure instanceof ActivityFailure ? failure.cause : failure;
  // A timed out step carries the failure of its last attempt as its cause.
  const root = cause instanceof TimeoutFailure && cause.cause ? cause.cause : cause;
  if (root instanceof ApplicationFailure) {
    // The details are a `PaymentFaultDetail` if the step was one of the payment.
    const [detail] = (root.details ?? []) as readonly Partial<PaymentFaultDetail>[];
    return {
      ...(root.type ? { type: root.type } : {}),
      ...(root.type === FailureType.RecordRefused && root.nonRetryable ? { isFinal: true } : {}),
      message: `${root.type}: ${root.message}`,
      isOutcomeUnknown:
        root.type === FailureType.PaymentOutcomeUnknown || detail?.paymentStatus === PaymentStatus.Unknown,
    };
  }
  const words = root instanceof TimeoutFailure ? `${noAnswerInTime} (${root.timeoutType})` : root?.message;
  return { message: words ?? failure.message, isOutcomeUnknown: false };
}

/** The refusal of an order whose step was given up, or refused by the database. Any other error goes on. */
export function refusalOf(error: unknown): CancellationDecision {
  if (error instanceof StepRefused) {
    return {
      reason: CancellationReason.RecordRefused,
      detail: `${orderStepWords[error.step]}: the database refuses it`,
    };
  }
  if (!(error instanceof GivenUp)) throw error;
  return {
    reason: CancellationReason.PendingTooLong,
    detail: `${orderStepWords[error.step]} for longer than the tenant allows; the last fault: ${error.fault}`,
  };
}
