import {
  CancellationReason,
  decide,
  OrderStatus,
  RefusalCode,
  sayRefusal,
  refusalInPhase,
  refusalOfShape,
  type Actor,
  type CommandRefusal,
  type OrderCommand,
  type OrderCommandOf,
  type OrderCommandType,
} from '@oms/domain';
import {
  FailureType,
  orderChangeUpdates,
  paymentNotifiedSignal,
  type ChangeAnswer,
  type ChangeOrderResult,
  type ChangeRequest,
  type Refusal,
} from '@oms/contracts/temporal';
import {
  ApplicationFailure,
  condition,
  currentUpdateInfo,
  setHandler,
  type CancellationScope,
} from '@temporalio/workflow';

import type { Change } from './change-steps.js';
import type { OrderState } from './order-state.js';
import type { createOrderSteps } from './order-steps.js';
import { StepRefused } from './persist.js';
import type { Turns } from './turns.js';

const operator: Actor = { type: 'operator', id: 'temporal' };

export interface OrderChangesDeps {
  readonly state: OrderState;
  readonly steps: ReturnType<typeof createOrderSteps>;
  readonly turns: Turns;
  /** Interrupts what a pending order waits for. */
  readonly story: CancellationScope;
  /** Whether this run goes on with an order that is recorded, and whose record it reads first. */
  readonly isGoingOn: boolean;
}

/**
 * Takes changes in, as Updates: each is validated against what the workflow knows, waits for its turn, and is decided
 * again by whoever writes it. Two that race have one winner; the other is refused with the reason.
 */
export function acceptChanges(deps: OrderChangesDeps): void {
  const { state } = deps;
  for (const type of Object.keys(orderChangeUpdates) as OrderCommandType[]) {
    setHandler(
      orderChangeUpdates[type],
      async (request?: object) => {
        const change = changeOf(type, request);
        state.changesInFlight += 1;
        try {
          if (isToBeKnown(deps, change)) await untilKnown(deps, change);
          return await make(deps, change);
        } catch (error) {
          throw error instanceof StepRefused ? refusedByDatabase(error) : error;
        } finally {
          state.changesInFlight -= 1;
        }
      },
      {
        validator: (request?: object) => {
          const change = changeOf(type, request);
          if (isToBeKnown(deps, change)) validateShape(change);
          else validate(state, change);
        },
      },
    );
  }
  setHandler(paymentNotifiedSignal, ({ facts }) => {
    state.retriesAsked += 1;
    if (facts) state.learn(facts);
  });
}

/** Whether a change cannot be decided before it is known what became of the order in earlier runs. */
function isToBeKnown({ state, isGoingOn }: OrderChangesDeps, { command }: Change): boolean {
  return isGoingOn && !state.recorded && command.type !== 'retry';
}

/** @throws ApplicationFailure `ChangeRefused`, also where this run ends before it knows the order */
async function untilKnown({ state }: OrderChangesDeps, change: Change): Promise<void> {
  await condition(() => state.recorded !== undefined || state.isContinuing);
  if (!state.recorded) throw refusedUntilRecorded();
  validate(state, change);
}

/** @throws ApplicationFailure `ChangeRefused` */
function validateShape({ command }: Change): void {
  const malformed = refusalOfShape(command);
  if (malformed) throw refused(malformed);
}

function refusedByDatabase({ step }: StepRefused): ApplicationFailure {
  const message = `${step}: the database refuses it`;
  return refused({ kind: 'refused', code: RefusalCode.RecordRefused, message });
}

function refusedUntilRecorded(): ApplicationFailure {
  const message = 'the order is being recorded; it can be changed once it is';
  return refused({ kind: 'refused', code: RefusalCode.TransitionNotAllowed, message });
}

/** @throws ApplicationFailure `ChangeRefused` */
function validate(state: OrderState, change: Change): void {
  const { facts } = state;
  const { commandId, command } = change;
  if (!facts) {
    validateShape(change);
    // An order that nothing was done about yet can be cancelled, and not waited for; nothing else.
    const isGivenUp = command.type === 'cancel' || command.type === 'give_up';
    if (command.type === 'retry' || (isGivenUp && !state.recorded)) return;
    throw refusedUntilRecorded();
  }
  if (state.knows(commandId)) return;
  const decision = decide(facts, command);
  if (decision.kind === 'refused') throw refused(decision);
  if (command.type === 'give_up' && state.refusal && state.refusal.change?.commandId !== commandId) {
    const message = `the order is being cancelled already: ${state.refusal.reason}`;
    throw refused({ kind: 'refused', code: RefusalCode.TransitionNotAllowed, message });
  }
  if (command.type === 'resolve_payment') {
    const refusal = refusalInPhase(command.outcome, state.doubt.phase);
    if (refusal) throw refused(refusal);
  }
}

function make(deps: OrderChangesDeps, change: Change): Promise<ChangeAnswer> {
  const { command } = change;
  switch (command.type) {
    case 'cancel': {
      const { reason: detail = 'the cancellation was requested' } = command;
      return cancel(deps, change, { reason: CancellationReason.Requested, detail, change });
    }
    case 'give_up': {
      const { reason: detail } = command;
      return cancel(deps, change, { reason: CancellationReason.GivenUpByOperator, detail, change });
    }
    case 'confirm':
      return confirm(deps, change);
    case 'retry':
      return retry(deps, change);
    case 'resolve_payment':
      return resolve(deps, { ...change, command });
    default:
      return deps.turns.take(async () => answerOf(await deps.steps.change(change)));
  }
}

/** Whoever cancels keeps the turn until all is undone: nothing else gets in between. */
function cancel(
  { state, steps, turns, story }: OrderChangesDeps,
  change: Change,
  refusal: Refusal,
): Promise<ChangeAnswer> {
  return turns.take(async () => {
    if (state.knows(change.commandId)) return answerOf(await steps.remember(change));
    if (state.refusal?.change?.commandId !== change.commandId) {
      validate(state, change);
      state.refuse(refusal);
      story.cancel();
    }
    await condition(() => state.isEnded || state.isContinuing);
    return state.answer(change);
  });
}

/**
 * Takes no turn: whoever cancels has it while what is undone waits. Of an order that waits for nothing, what there might
 * be to try is what its books hold and it has never heard of.
 */
async function retry({ state, steps, turns }: OrderChangesDeps, change: Change): Promise<ChangeAnswer> {
  state.retriesAsked += 1;
  await condition(() => state.recorded !== undefined || state.isUnrecordable);
  if (!state.recorded) throw refusedUntilRecorded();
  const answer = answerOf(await steps.note(change));
  if (isAtRest(state)) {
    await turns.take(async () => {
      if (isAtRest(state)) await steps.readBooks();
    });
  }
  return answer;
}

/** Whether an open order has nothing to do by itself. */
function isAtRest({ status, isEnded, refusal, nextRefundId }: OrderState): boolean {
  const isUnderWay = status === OrderStatus.Draft || status === OrderStatus.Pending || refusal !== undefined;
  return !isEnded && !isUnderWay && nextRefundId === undefined;
}

/** Takes no turn, as above. What waits goes on at once with what is known then. */
async function resolve(
  { state, steps }: OrderChangesDeps,
  change: Change & { readonly command: OrderCommandOf<'resolve_payment'> },
): Promise<ChangeAnswer> {
  const answer = answerOf(await steps.resolve(change));
  state.retriesAsked += 1;
  return answer;
}

/** The stock decides whether a draft is placed at all; the payment comes after, and the caller waits for that too. */
async function confirm({ state, steps, turns }: OrderChangesDeps, change: Change): Promise<ChangeAnswer> {
  await turns.take(async () => {
    if (state.knows(change.commandId)) return;
    validate(state, change);
    const short = await steps.reserve();
    if (short) throw refused({ kind: 'refused', code: RefusalCode.OutOfStock, message: short.detail });
    await steps.placeDraft();
  });
  await condition(() => state.status !== OrderStatus.Pending || state.isContinuing);
  if (state.status === OrderStatus.Pending) return state.answer(change);
  return turns.take(async () => answerOf(await steps.remember(change)));
}

function answerOf(result: ChangeOrderResult): ChangeAnswer {
  if (result.kind === 'refused') throw refused(result);
  return result.answer;
}

/** A change as an update asks for it. */
function changeOf<Type extends OrderCommandType>(type: Type, request: object | undefined): Change {
  const { actor, requestHash, requestId, ...fields }: Partial<ChangeRequest<Type>> = request ?? {};
  // Who acts as an operator says it with what is asked for, through whichever door.
  const by = 'by' in fields && typeof fields.by === 'string' ? fields.by : undefined;
  const commandId = currentUpdateInfo()?.id;
  if (commandId === undefined) throw new Error('a change is asked for outside of an update');
  return {
    commandId,
    requestHash: requestHash ?? '',
    requestId: requestId ?? commandId,
    actor: by === undefined ? (actor ?? operator) : { type: 'operator', id: by },
    // What operators send by hand is checked by whoever decides.
    command: { ...fields, type } as unknown as OrderCommand,
  };
}

function refused(refusal: CommandRefusal): ApplicationFailure {
  return ApplicationFailure.create({
    type: FailureType.ChangeRefused,
    message: sayRefusal(refusal),
    details: [refusal],
    nonRetryable: true,
  });
}
