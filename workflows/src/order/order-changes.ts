import {
  CancellationReason,
  decide,
  OrderStatus,
  RefusalCode,
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
  retryNowUpdate,
  type ChangeAnswer,
  type ChangeOrderResult,
  type ChangeRequest,
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
import type { Turns } from './turns.js';

const operator: Actor = { type: 'operator', id: 'temporal' };

export interface OrderChangesDeps {
  readonly state: OrderState;
  readonly steps: ReturnType<typeof createOrderSteps>;
  readonly turns: Turns;
  /** Interrupts what a pending order waits for. */
  readonly story: CancellationScope;
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
        state.changesInFlight += 1;
        try {
          return await make(deps, changeOf(type, request));
        } finally {
          state.changesInFlight -= 1;
        }
      },
      {
        validator: (request?: object) => {
          validate(state, changeOf(type, request));
        },
      },
    );
  }
  setHandler(retryNowUpdate, () => {
    state.retriesAsked += 1;
    return state.progress();
  });
  setHandler(paymentNotifiedSignal, ({ facts }) => {
    state.retriesAsked += 1;
    if (facts) state.learn(facts);
  });
}

/** @throws ApplicationFailure `ChangeRefused` */
function validate(state: OrderState, { commandId, command }: Change): void {
  const { facts } = state;
  if (!facts) {
    // An order that nothing was done about yet can be cancelled, and nothing else.
    if (command.type === 'cancel' && !state.recorded) return;
    const message = 'the order is being recorded; it can be changed once it is';
    throw refused({ kind: 'refused', code: RefusalCode.TransitionNotAllowed, message });
  }
  if (state.knows(commandId)) return;
  const decision = decide(facts, command);
  if (decision.kind === 'refused') throw refused(decision);
}

function make(deps: OrderChangesDeps, change: Change): Promise<ChangeAnswer> {
  switch (change.command.type) {
    case 'cancel':
      return cancel(deps, change, change.command);
    case 'confirm':
      return confirm(deps, change);
    default:
      return deps.turns.take(async () => answerOf(await deps.steps.change(change)));
  }
}

/** Whoever cancels keeps the turn until all is undone: nothing else gets in between. */
function cancel(
  { state, steps, turns, story }: OrderChangesDeps,
  change: Change,
  { reason = 'the cancellation was requested' }: OrderCommandOf<'cancel'>,
): Promise<ChangeAnswer> {
  return turns.take(async () => {
    if (state.knows(change.commandId)) return answerOf(await steps.remember(change));
    if (state.refusal?.change?.commandId !== change.commandId) {
      validate(state, change);
      state.refusal ??= { reason: CancellationReason.Requested, detail: reason, change };
      story.cancel();
    }
    await condition(() => state.isEnded || state.isContinuing);
    return state.answer(change);
  });
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
  const commandId = currentUpdateInfo()?.id;
  if (commandId === undefined) throw new Error('a change is asked for outside of an update');
  return {
    commandId,
    requestHash: requestHash ?? '',
    requestId: requestId ?? commandId,
    actor: actor ?? operator,
    // What operators send by hand is checked by whoever decides.
    command: { ...fields, type } as unknown as OrderCommand,
  };
}

function refused(refusal: CommandRefusal): ApplicationFailure {
  return ApplicationFailure.create({
    type: FailureType.ChangeRefused,
    message: refusal.message,
    details: [refusal],
    nonRetryable: true,
  });
}
