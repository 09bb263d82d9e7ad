import { randomUUID } from 'node:crypto';

import { hashOf } from '@oms/contracts/http';
import {
  FailureType,
  orderChangeUpdates,
  orderCommandId,
  OrderSearchAttributes,
  orderWorkflowId,
  type ChangeAnswer,
} from '@oms/contracts/temporal';
import { isDatabaseAway, type OrderLifeReader } from '@oms/database';
import { decide, idempotencyConflict, type CommandRefusal, type OrderCommandType } from '@oms/domain';
import { isUpdateGivenUp } from '@oms/temporal';
import {
  isGrpcCancelledError,
  isGrpcDeadlineError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
  type Client,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';

import { commandOf, onNewestFacts } from './newest-facts.js';
import type { ChangeOrder, ChangeOrderOutcome, OrderChanger } from './order-changer.js';

export interface TemporalOrderChangerDeps {
  readonly client: Client;
  readonly orders: Pick<OrderLifeReader, 'findFacts' | 'findChange'>;
  /** How long to wait for the change before it counts as accepted. */
  readonly changeTimeoutMs: number;
}

/** Changes orders by Updates on their workflows. */
export function createTemporalOrderChanger(deps: TemporalOrderChangerDeps): OrderChanger {
  return {
    async change(change) {
      const { ref, operation = change.type, idempotencyKey } = change;
      const commandId =
        idempotencyKey === undefined ? randomUUID() : orderCommandId(ref.orderId, operation, idempotencyKey);
      const ids = { commandId, requestHash: hashOf(change.asked ?? change.request), requestId: randomUUID() };
      if (!(await isVisible(deps, change))) return { kind: 'not_found' };
      const inTime = await onNewestFacts(deps, change, () =>
        outcomeInTime(deps, change, ids, () => updateForSure(deps, change, ids)),
      );
      if (inTime) return inTime;
      const late = await outcomeInTime(deps, change, ids, () => whatIsTaken(deps, change, ids));
      if (late) return late;
      throw new Error(`the workflow of order ${ref.orderId} did not take the change in time`);
    },
  };
}

interface ChangeIds {
  readonly commandId: string;
  readonly requestHash: string;
  readonly requestId: string;
}

/** What an attempt comes to; `undefined` when it got no answer in time. */
async function outcomeInTime<Type extends OrderCommandType>(
  deps: TemporalOrderChangerDeps,
  change: ChangeOrder<Type>,
  ids: ChangeIds,
  ask: () => Promise<ChangeOrderOutcome>,
): Promise<ChangeOrderOutcome | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return answerOfEnded(deps, change, ids);
    if (error instanceof WorkflowUpdateFailedError) return refusalOf(error);
    if (isTimeout(error)) return undefined;
    throw error;
  }
}

/** Where the order has no row yet, or the database is away, its workflow says whose it is. */
async function isVisible<Type extends OrderCommandType>(
  { client, orders, changeTimeoutMs }: TemporalOrderChangerDeps,
  { ref }: ChangeOrder<Type>,
): Promise<boolean> {
  const facts = await orders.findFacts(ref, ref.orderId).catch((error: unknown) => {
    if (!isDatabaseAway(error)) throw error;
    return undefined;
  });
  if (facts) return true;
  try {
    const { typedSearchAttributes: attributes } = await client.withDeadline(
      Date.now() + changeTimeoutMs,
      () => client.workflow.getHandle(orderWorkflowId(ref.orderId)).describe(),
    );
    return (
      attributes.get(OrderSearchAttributes.tenantId) === ref.tenantId &&
      attributes.get(OrderSearchAttributes.orgId) === ref.orgId
    );
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

const maxAttempts = 3;

/**
 * Asks again where Temporal gave the update up: a message that arrives while an order takes its last step makes it take
 * that step anew. The update's id makes it the same one; when the order has ended by then, its record has the answer.
 */
async function updateForSure<Type extends OrderCommandType>(
  deps: TemporalOrderChangerDeps,
  change: ChangeOrder<Type>,
  ids: ChangeIds,
): Promise<ChangeOrderOutcome> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await update(deps, change, ids);
    } catch (error) {
      if (attempt === maxAttempts || !isUpdateGivenUp(error)) throw error;
    }
  }
}

async function update<Type extends OrderCommandType>(
  { client, changeTimeoutMs }: TemporalOrderChangerDeps,
  change: ChangeOrder<Type>,
  ids: ChangeIds,
): Promise<ChangeOrderOutcome> {
  const answer = await client.withDeadline(Date.now() + changeTimeoutMs, () =>
    client.workflow
      .getHandle(orderWorkflowId(change.ref.orderId))
      .executeUpdate<ChangeAnswer, [object]>(orderChangeUpdates[change.type].name, updateOf(change, ids)),
  );
  return outcomeOf(answer, ids);
}

function updateOf<Type extends OrderCommandType>(
  { request, actor }: ChangeOrder<Type>,
  { commandId, requestHash, requestId }: ChangeIds,
): { updateId: string; args: [object] } {
  return { updateId: commandId, args: [{ ...request, actor, requestHash, requestId }] };
}

function outcomeOf(answer: ChangeAnswer, { requestHash, requestId }: ChangeIds): ChangeOrderOutcome {
  if (answer.requestHash !== requestHash) return idempotencyConflict;
  return { kind: 'applied', answer, isReplay: answer.requestId !== requestId };
}

const takenTimeoutMs = 1_000;

/**
 * Makes certain that the workflow has taken the change in: only then is it in its history, and may anybody be told
 * that it is accepted. What no worker has looked at yet is in Temporal's memory and nowhere else.
 */
async function whatIsTaken<Type extends OrderCommandType>(
  { client }: TemporalOrderChangerDeps,
  change: ChangeOrder<Type>,
  ids: ChangeIds,
): Promise<ChangeOrderOutcome> {
  const inTime = <Result>(ask: () => Promise<Result>): Promise<Result> =>
    client.withDeadline(Date.now() + takenTimeoutMs, ask);
  const taken = await inTime(() =>
    client.workflow
      .getHandle(orderWorkflowId(change.ref.orderId))
      .startUpdate<ChangeAnswer, [object]>(orderChangeUpdates[change.type].name, {
        ...updateOf(change, ids),
        waitForStage: 'ACCEPTED',
      }),
  );
  try {
    return outcomeOf(await inTime(() => taken.result()), ids);
  } catch (error) {
    if (isTimeout(error)) return { kind: 'accepted' };
    throw error;
  }
}

/** The workflow has ended: what was answered before is answered again, and nothing new can happen. */
async function answerOfEnded<Type extends OrderCommandType>(
  { orders }: TemporalOrderChangerDeps,
  { ref, type, request }: ChangeOrder<Type>,
  ids: ChangeIds,
): Promise<ChangeOrderOutcome> {
  const earlier = await orders.findChange(ref, { orderId: ref.orderId, ...ids });
  if (earlier) return earlier.kind === 'applied' ? { ...earlier, isReplay: true } : earlier;
  const facts = await orders.findFacts(ref, ref.orderId);
  if (!facts) return { kind: 'not_found' };
  const decision = decide(facts, commandOf(type, request));
  if (decision.kind === 'refused') return decision;
  throw new Error(`the workflow of order ${ref.orderId} has ended, and the order is ${facts.status}`);
}

function refusalOf(error: WorkflowUpdateFailedError): CommandRefusal {
  const { cause } = error;
  if (cause instanceof ApplicationFailure && cause.type === FailureType.ChangeRefused) {
    const [refusal] = cause.details ?? [];
    return refusal as CommandRefusal; // As the workflow made it.
  }
  throw error;
}

function isTimeout(error: unknown): boolean {
  return (
    error instanceof WorkflowUpdateRPCTimeoutOrCancelledError ||
    isGrpcDeadlineError(error) ||
    isGrpcCancelledError(error)
  );
}
