import {
  CancellationReason,
  OrderStatus,
  RefusalCode,
  sayRefusal,
  type Actor,
  type Refusal,
  type OrderCommand,
  type OrderCommandOf,
  type OrderCommandType,
} from '@oms/domain';
import {
  awaitAllocationUpdate,
  FailureType,
  orderChangeUpdates,
  orderStepWords,
  paymentNotifiedSignal,
  placeOrderUpdate,
  type AllocationAnswer,
  type ChangeAnswer,
  type ChangeOrderResult,
  type ChangeRequest,
  type OrderWorkflowInput,
  type PlacedOrder,
  type CancellationDecision,
} from '@oms/contracts/temporal';
import { HandlerUnfinishedPolicy } from '@temporalio/common';
import {
  ApplicationFailure,
  CancellationScope,
  condition,
  currentUpdateInfo,
  setHandler,
} from '@temporalio/workflow';

import type { OrderState } from './order-state.js';
import { StepRefused, type Change, type OrderSteps } from './order-steps.js';

const operator: Actor = { type: 'operator', id: 'temporal' };

interface MessagesDeps {
  readonly input: OrderWorkflowInput;
  readonly state: OrderState;
  readonly steps: OrderSteps;
  /** Interrupts the wait of a pending order. */
  readonly story: CancellationScope;
  /** Interrupts the wait of an order that is not recorded. */
  readonly recording: { readonly scope: CancellationScope };
}

/**
 * Accepts changes and messages. A change is an Update, which is in the history before anything is written, so that the
 * database never has a change that the workflow does not know. The activity that carries out a change checks its shape.
 * The transaction that writes a change decides it, under the order's lock.
 */
export function acceptMessages(deps: MessagesDeps): void {
  const { input, state, steps } = deps;
  setHandler(placeOrderUpdate, () => untilPlaced(input, state), {
    // A caller that waits while the order cannot be recorded is answered 202 long before a run ends.
    unfinishedPolicy: HandlerUnfinishedPolicy.ABANDON,
  });
  setHandler(awaitAllocationUpdate, () => untilAllocated(state));
  setHandler(paymentNotifiedSignal, (notified) =>
    CancellationScope.nonCancellable(async () => {
      if (notified?.owesSettlement === true) state.isNotified = true;
      if (state.isWaiting) await steps.resume();
    }),
  );
  for (const type of Object.keys(orderChangeUpdates) as OrderCommandType[]) {
    setHandler(
      orderChangeUpdates[type],
      (request?: object) =>
        CancellationScope.nonCancellable(async () => {
          const change = changeOf(type, request);
          try {
            return await make(deps, change);
          } catch (error) {
            if (error instanceof StepRefused) throw refused(refusalOfDatabase(error), change);
            throw error instanceof ChangeRefused ? refused(error.refusal, change) : error;
          }
        }),
      { validator: (request?: object) => validate(input, request) },
    );
  }
}

/** @throws ApplicationFailure `OrderNotFound` for another tenant's order */
function validate(input: OrderWorkflowInput, request: object | undefined): void {
  const { scope }: Partial<ChangeRequest<OrderCommandType>> = request ?? {};
  if (scope && (scope.tenantId !== input.tenantId || scope.orgId !== input.orgId)) {
    throw ApplicationFailure.nonRetryable('there is no such order', FailureType.OrderNotFound);
  }
}

async function untilPlaced({ orderId }: OrderWorkflowInput, state: OrderState): Promise<PlacedOrder> {
  await condition(() => state.record !== undefined || state.isUnrecordable);
  const { record, status } = state;
  if (!record) throw ApplicationFailure.nonRetryable('the order is not recorded', FailureType.RecordRefused);
  const { number, requestHash, requestId } = record;
  return { orderId, number, status, requestHash, requestId };
}

/**
 * Answers a caller that waits for the order's stock as soon as the stock is decided. A refused order answers once the
 * refusal is recorded and before its undos, which may take as long as the provider does.
 */
async function untilAllocated(state: OrderState): Promise<AllocationAnswer> {
  const decided = (): AllocationAnswer | undefined => {
    const { refusal, record, status, cancellationReason } = state;
    if (refusal) {
      const { reason, detail, shortages } = refusal;
      return { kind: 'refused', reason, detail, ...(shortages ? { shortages } : {}) };
    }
    if (!record) return undefined;
    if (status === OrderStatus.Cancelled) {
      return cancellationReason && { kind: 'refused', reason: cancellationReason, detail: '' };
    }
    const isUnderWay = status === OrderStatus.Draft || status === OrderStatus.Pending;
    return state.isAllocated || !isUnderWay ? { kind: 'reserved' } : undefined;
  };
  await condition(() => decided() !== undefined);
  const answer = decided();
  if (!answer) throw new Error('what was decided about the stock is undecided again');
  return answer;
}

function make(deps: MessagesDeps, change: Change): Promise<ChangeAnswer> {
  const { command } = change;
  const { state } = deps;
  switch (command.type) {
    case 'cancel': {
      const { reason: detail = 'the cancellation was requested' } = command;
      return cancel(deps, { reason: CancellationReason.Requested, detail, change });
    }
    case 'give_up': {
      const { reason: detail } = command;
      return cancel(deps, { reason: CancellationReason.GivenUpByOperator, detail, change });
    }
    case 'retry':
      return retry(deps, change);
    default:
      if (state.isUnrecorded) throw refusedUntilRecorded();
      return makeOfRecorded(deps, change, command);
  }
}

async function makeOfRecorded(
  { state, steps }: MessagesDeps,
  change: Change,
  command: OrderCommand,
): Promise<ChangeAnswer> {
  if (command.type === 'resolve_payment') return answerOf(await steps.resolve({ ...change, command }));
  if (command.type === 'cancel_units') return cancelUnits({ state, steps }, change);
  if (command.type !== 'confirm') return answerOf(await untilMade({ state, steps }, change));
  const tooSmall = await steps.checkPayment(change);
  if (tooSmall) return answerOf(tooSmall);
  const placed = await steps.placeDraft(change);
  if (placed.kind !== 'placed') return answerOf(placed);
  // A change that confirms a draft also waits for its payment.
  await condition(() => state.status !== OrderStatus.Pending);
  return answerOf(await steps.remember(change));
}

/** Makes a change. One that needs money first is made, or refused, once the capture has an answer. */
async function untilMade(
  { state, steps }: Pick<MessagesDeps, 'state' | 'steps'>,
  change: Change,
): Promise<ChangeOrderResult> {
  for (;;) {
    const result = await steps.change(change);
    if (result.kind !== 'owes_capture') return result;
    await condition(() => !state.owesCapture);
  }
}

/** Cancels the order, and waits until everything is undone. */
async function cancel(
  { state, steps, story, recording }: MessagesDeps,
  refusal: CancellationDecision & { readonly change: Change },
): Promise<ChangeAnswer> {
  const { change } = refusal;
  // No transaction decides it.
  if (state.isUnrecorded) assertNotRefused(await steps.check(change));
  if (state.isUnrecorded) {
    if (state.refusal && state.refusal.change?.commandId !== change.commandId) throw refusedUntilRecorded();
    state.cancelUnrecorded(refusal);
    recording.scope.cancel();
    return state.answerUnrecorded(change);
  }
  const decided = await steps.refuse(refusal);
  if (decided.kind === 'refused') throw new ChangeRefused(decided);
  if (decided.kind === 'done') return decided.answer ?? answerOf(await steps.remember(change));
  state.refusal ??= decided.refusal;
  story.cancel();
  await condition(() => state.isEnded);
  return answerOf(await steps.remember(change));
}

/** Cancels units. The cancellation of all units cancels the order, and waits until everything is undone. */
async function cancelUnits(
  { state, steps }: Pick<MessagesDeps, 'state' | 'steps'>,
  change: Change,
): Promise<ChangeAnswer> {
  const answer = answerOf(await untilMade({ state, steps }, change));
  if (state.refusal) await condition(() => state.isEnded);
  return answer;
}

/** Retries the waiting step at once. The answer also shows steps that the records owe and the workflow has not seen. */
async function retry({ state, steps }: MessagesDeps, change: Change): Promise<ChangeAnswer> {
  assertNotRefused(await steps.resume(change));
  await condition(() => !state.isUnrecorded || state.isUnrecordable);
  if (state.isUnrecorded) throw refusedUntilRecorded();
  return answerOf(await untilMade({ state, steps }, change));
}

/** @throws ChangeRefused */
function assertNotRefused(refusal: Refusal | undefined): void {
  if (refusal) throw new ChangeRefused(refusal);
}

function answerOf(result: ChangeOrderResult): ChangeAnswer {
  if (result.kind === 'refused') throw new ChangeRefused(result);
  return result.answer;
}

/** A change as an update asks for it. */
function changeOf<Type extends OrderCommandType>(type: Type, request: object | undefined): Change {
  const {
    actor,
    commandId = currentUpdateInfo()?.id,
    requestHash,
    requestId,
    scope: _,
    ...fields
  }: Partial<ChangeRequest<Type>> = request ?? {};
  // An operator's name comes with the request, from every API.
  const by = 'by' in fields && typeof fields.by === 'string' ? fields.by : undefined;
  if (commandId === undefined) throw new Error('a change is asked for outside of an update');
  return {
    commandId,
    requestHash: requestHash ?? '',
    requestId: requestId ?? commandId,
    actor: by === undefined ? (actor ?? operator) : { type: 'operator', id: by },
    // The activity that carries it out checks what operators send by hand.
    command: { ...fields, type } as unknown as OrderCommandOf<Type>,
  };
}

/** Ends a change that is refused. It never leaves this module. */
class ChangeRefused extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal.message);
  }
}

/** @param change the refused change: its request id in the details tells it from a later one under the same key */
function refused(refusal: Refusal, change?: Change): ApplicationFailure {
  return ApplicationFailure.create({
    type: FailureType.ChangeRefused,
    message: sayRefusal(refusal),
    details: [refusal, ...(change ? [change.requestId] : [])],
    nonRetryable: true,
  });
}

function refusalOfDatabase({ step }: StepRefused): Refusal {
  const message = `${orderStepWords[step]}: the database refuses it`;
  return { kind: 'refused', code: RefusalCode.RecordRefused, message };
}

function refusedUntilRecorded(): ChangeRefused {
  const message = 'the order is being recorded; it can be changed once it is';
  return new ChangeRefused({ kind: 'refused', code: RefusalCode.TransitionNotAllowed, message });
}
