import { PaymentStatus } from '@oms/domain';
import { FailureType, type PaymentFaultDetail, type Waiting } from '@oms/contracts/temporal';
import {
  ActivityFailure,
  ApplicationFailure,
  condition,
  isCancellation,
  log,
  sleep,
  TimeoutFailure,
} from '@temporalio/workflow';

import { attemptsPerRound } from './order-activity-policies.js';
import type { OrderState } from './order-state.js';
import type { StepHandle } from './steps-under-way.js';

const firstWaitMs = 5_000;
const longestWaitMs = 60_000;

export interface Persistence {
  readonly state: OrderState;
  /** Called after every wait: may continue the order in a new run, and then never returns. */
  readonly afterWait: () => Promise<void>;
}

/** How a step is tried. */
export interface StepOptions {
  /** When it is given up: milliseconds since the epoch, by the workflow's clock. */
  readonly deadlineMs?: number;
  /** Whether it ends with {@link StepRefused} where the database refuses it. Otherwise it waits for an operator then. */
  readonly isRefusable?: boolean;
}

/** Runs an activity until it gives an answer. */
export type TryUntilAnswered = <Result>(
  step: string,
  run: () => Promise<Result>,
  options?: StepOptions,
) => Promise<Result>;

/** How steps are tried: those that a worker's queue gives out, and those that run beside the workflow itself. */
export interface Tries {
  readonly remotely: TryUntilAnswered;
  /** One at a time. */
  readonly locally: TryUntilAnswered;
}

/** Thrown when a step was not answered within the time that the tenant gives it. */
export class GivenUp extends Error {
  constructor(
    readonly step: string,
    /** The type of the last fault, such as `PaymentProviderUnavailable`. */
    readonly fault: string,
  ) {
    super(`${step}: ${fault}`);
  }
}

/** Thrown when the database refuses a step, and would again. */
export class StepRefused extends Error {
  constructor(
    readonly step: string,
    /** In the database's own words, which are for operators. */
    readonly fault: string,
  ) {
    super(`${step}: ${fault}`);
  }
}

/**
 * Runs a step until it gives an answer, however long that takes. A passing fault is shown as what the order waits for,
 * and tried again after a durable wait that grows to a minute, so that an order is complete minutes after whatever it
 * needs is back; an operator can ask not to wait. A step that the database refuses is tried again only when an operator
 * asks, who has made it possible, or not at all. Only a cancellation ends it otherwise, or its own deadline.
 *
 * @param step the step in plain words: "the payment is being captured"
 * @throws GivenUp after the deadline
 * @throws StepRefused where the database refuses a refusable step
 */
export async function persist<Result>(
  persistence: Persistence,
  step: string,
  run: () => Promise<Result>,
  { deadlineMs = Infinity, isRefusable = false }: StepOptions = {},
): Promise<Result> {
  const underWay = persistence.state.begin(step);
  try {
    return await tryAgainAndAgain(persistence, underWay, { step, run, deadlineMs, isRefusable });
  } finally {
    underWay.end();
  }
}

interface Step<Result> extends Required<StepOptions> {
  readonly step: string;
  readonly run: () => Promise<Result>;
}

async function tryAgainAndAgain<Result>(
  { state, afterWait }: Persistence,
  underWay: StepHandle,
  { step, run, deadlineMs, isRefusable }: Step<Result>,
): Promise<Result> {
  let attempts = 0;
  let since: string | undefined;
  for (let waitMs = firstWaitMs; ; waitMs = Math.min(waitMs * 2, longestWaitMs)) {
    let fault: FaultWords;
    const asked = state.retriesAsked;
    try {
      return await run();
    } catch (error) {
      if (isCancellation(error) || !isFault(error)) throw error;
      fault = describeFault(error);
    }
    const isRefused = fault.type === FailureType.RecordRefused;
    if (isRefused) log.error('the database refuses a step of the order', { step, fault: fault.message });
    if (isRefused && isRefusable) throw new StepRefused(step, fault.message);
    attempts += isRefused ? 1 : attemptsPerRound;
    if (fault.isOutcomeUnknown) state.paymentIs(PaymentStatus.Unknown);
    since ??= new Date(Date.now()).toISOString();
    underWay.waitFor({
      fault: fault.message,
      ...(fault.type === undefined ? {} : { code: fault.type }),
      ...{ since, attempts },
      ...(isRefused ? {} : whatIsNext(waitMs, deadlineMs)),
    });
    if (isRefused) await condition(() => state.retriesAsked > asked);
    else {
      const leftMs = Math.max(deadlineMs - Date.now(), 1);
      if (await waitUnlessAsked(state, Math.min(waitMs, leftMs), step, asked)) waitMs = firstWaitMs;
      if (Date.now() >= deadlineMs) throw new GivenUp(step, fault.type ?? noAnswerInTime);
    }
    await afterWait();
  }
}

/** Another attempt, or the end of all attempts, whichever comes first; and when that end would be. */
function whatIsNext(waitMs: number, deadlineMs: number): Pick<Waiting, 'nextAttemptAt' | 'givenUpAt'> {
  const nextMs = Date.now() + waitMs;
  return {
    ...(nextMs < deadlineMs ? { nextAttemptAt: new Date(nextMs).toISOString() } : {}),
    ...(deadlineMs < Infinity ? { givenUpAt: new Date(deadlineMs).toISOString() } : {}),
  };
}

/**
 * The timer of a wait that was cut short is let run out: it is a minute at most.
 *
 * @param askedBefore how often somebody had asked when the step was tried: whoever asked since then knows of something
 *   that it may not have seen, and is not made to wait
 * @returns whether somebody asked to try again at once
 */
async function waitUnlessAsked(
  state: OrderState,
  waitMs: number,
  step: string,
  askedBefore: number,
): Promise<boolean> {
  const asked = state.retriesAsked;
  if (asked > askedBefore) return true;
  let isOver = false;
  await Promise.race([
    sleep(waitMs, { summary: `Waiting to try again: ${step}` }).finally(() => (isOver = true)),
    condition(() => isOver || state.retriesAsked > asked),
  ]);
  return state.retriesAsked > asked;
}

/** What an activity ends with when it gave no answer. A local one's failure comes without an `ActivityFailure` around it. */
type Fault = ActivityFailure | ApplicationFailure | TimeoutFailure;

function isFault(error: unknown): error is Fault {
  return (
    error instanceof ActivityFailure || error instanceof ApplicationFailure || error instanceof TimeoutFailure
  );
}

const noAnswerInTime = 'no worker finished it in time';

interface FaultWords {
  readonly type?: string;
  readonly message: string;
  /** Whether a provider may have done what it was asked, now or at an earlier attempt. */
  readonly isOutcomeUnknown?: boolean;
}

function describeFault(failure: Fault): FaultWords {
  const cause = failure instanceof ActivityFailure ? failure.cause : failure;
  if (cause instanceof ApplicationFailure) {
    // As `PaymentFaultDetail` has it, where the step was one of the payment.
    const [detail] = (cause.details ?? []) as readonly Partial<PaymentFaultDetail>[];
    return {
      ...(cause.type ? { type: cause.type } : {}),
      message: `${cause.type}: ${cause.message}`,
      isOutcomeUnknown:
        cause.type === FailureType.PaymentOutcomeUnknown || detail?.paymentStatus === PaymentStatus.Unknown,
    };
  }
  if (cause instanceof TimeoutFailure) {
    const activity = failure instanceof ActivityFailure ? `${failure.activityType}, ` : '';
    return { message: `${noAnswerInTime} (${activity}${cause.timeoutType})` };
  }
  return { message: cause?.message ?? failure.message };
}
