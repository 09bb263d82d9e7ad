import { randomUUID } from 'node:crypto';

import { hashOf, type OperationKey } from '@oms/contracts/http';
import {
  orderChangeUpdates,
  orderCommandId,
  orderWorkflowId,
  orderWorkflowType,
  type ChangeAnswer,
  type ChangeRequest,
} from '@oms/contracts/temporal';
import type { OrderLifecycleReader } from '@oms/database';
import {
  decide,
  idempotencyConflict,
  type Actor,
  type Refusal,
  type OrderCommandOf,
  type OrderCommandType,
  type OrderRef,
} from '@oms/domain';
import { describeOrderWorkflow, isUpdateGivenUp, startFromRecords, type Temporal } from '@oms/temporal';
import { WithStartWorkflowOperation, WorkflowUpdateFailedError } from '@temporalio/client';
import type { UpdateDefinition } from '@temporalio/common';

import { isGone, isTimeout, refusalOfUpdate } from './update-failures.js';

/** The request of a change, without its origin. */
export type AskedOf<Type extends OrderCommandType> = Omit<
  ChangeRequest<Type>,
  'actor' | 'commandId' | 'requestHash' | 'requestId' | 'scope'
>;

/** A change that a client requests. */
export interface ChangeOrder<Type extends OrderCommandType> {
  readonly ref: OrderRef;
  readonly type: Type;
  readonly request: AskedOf<Type>;
  /** The content that is hashed to recognise another request under the same key. The request itself by default. */
  readonly asked?: Readonly<Record<string, unknown>>;
  /** The operation that the key belongs to, if several types of changes share one. The type by default. */
  readonly operation?: string;
  readonly actor: Actor;
  /** The client's `Idempotency-Key`. Without one, a repeated request is another change. */
  readonly idempotencyKey?: string;
}

export type ChangeOrderOutcome =
  | { readonly kind: 'applied'; readonly answer: ChangeAnswer; readonly isReplay: boolean }
  /** The order has durably accepted the change and not yet completed it. The change continues by itself. */
  | { readonly kind: 'accepted'; readonly operation: OperationKey }
  | Refusal
  /** This tenant and organisation have no such order. */
  | { readonly kind: 'not_found' };

/** Changes orders. */
export interface OrderChanger {
  /**
   * Asks the order's workflow for a change, and waits a limited time for its answer. Repeating the call with the same
   * key is safe at any time, also after an error. An open order without a running workflow is started again from its
   * record.
   *
   * @throws if it is not certain that the order has received the change
   */
  change<Type extends OrderCommandType>(change: ChangeOrder<Type>): Promise<ChangeOrderOutcome>;
}

export interface OrderChangerDeps {
  readonly temporal: Temporal;
  readonly orders: Pick<OrderLifecycleReader, 'findFacts' | 'findChange' | 'findToStart'>;
  /** The time to wait for the change before it counts as accepted. */
  readonly changeTimeoutMs: number;
}

/** Makes a changer that sends Updates to the workflows of orders. */
export function createOrderChanger(deps: OrderChangerDeps): OrderChanger {
  return {
    async change(change) {
      const { ref, operation = change.type, idempotencyKey, request, actor } = change;
      const commandId =
        idempotencyKey === undefined ? randomUUID() : orderCommandId(ref, operation, idempotencyKey);
      const { orderId } = ref;
      const requestId = randomUUID();
      const requestHash = hashOf(change.asked ?? request);
      const ask = (operation: OperationKey): Promise<ChangeOrderOutcome> =>
        new Asking(deps, change, {
          ...{ operation, updateId: updateIdOf(operation) },
          args: [{ ...request, actor, commandId, requestHash, requestId, scope: ref }],
          ...{ commandId, requestHash, requestId },
        }).answer();
      try {
        return await ask({ orderId, commandId });
      } catch (error) {
        if (!(error instanceof RefusedBefore)) throw error;
        // An earlier request under this key was refused and changed nothing. The order may have changed since, so it
        // is asked again.
        return ask({ orderId, commandId, requestId });
      }
    },
  };
}

/** Temporal has returned the refusal of an earlier request under this key. */
class RefusedBefore extends Error {}

/** The id of the Update that asks for a change. */
export function updateIdOf({ commandId, requestId }: OperationKey): string {
  return requestId === undefined ? commandId : `${commandId}/${requestId}`;
}

interface Asked {
  readonly operation: OperationKey;
  readonly updateId: string;
  readonly args: [object];
  readonly commandId: string;
  readonly requestHash: string;
  readonly requestId: string;
}

const maxAttempts = 3;
const takenTimeoutMs = 1_000;

/** One change under one update id, over all its attempts. */
class Asking<Type extends OrderCommandType> {
  constructor(
    private readonly deps: OrderChangerDeps,
    private readonly change: ChangeOrder<Type>,
    private readonly asked: Asked,
  ) {}

  /** @throws Error if it is not certain that the order has received the change */
  async answer(): Promise<ChangeOrderOutcome> {
    const { ref } = this.change;
    try {
      const inTime = await this.inTime(() => this.ask());
      const outcome = inTime ?? (await this.inTime(() => this.askWhetherTaken()));
      if (outcome) return outcome;
      throw new Error(`the workflow of order ${ref.orderId} did not take the change in time`);
    } catch (error) {
      if (error instanceof RefusedBefore) throw error;
      const description = await describeOrderWorkflow(this.deps.temporal, ref.orderId, takenTimeoutMs);
      const isTheirs = description?.tenantId === ref.tenantId && description.orgId === ref.orgId;
      if (description && !isTheirs) return { kind: 'not_found' };
      throw error;
    }
  }

  /** The outcome of an attempt; `undefined` if there was no answer in time. */
  private async inTime(ask: () => Promise<ChangeOrderOutcome>): Promise<ChangeOrderOutcome | undefined> {
    try {
      try {
        return await ask();
      } catch (error) {
        if (!isGone(error)) throw error;
        return await this.askFromRecords();
      }
    } catch (error) {
      if (error instanceof WorkflowUpdateFailedError) return this.refusalOf(error);
      if (isTimeout(error)) return undefined;
      throw error;
    }
  }

  /**
   * Sends the update, again if Temporal aborted it: an update that arrives while the workflow completes makes it
   * repeat its last task. The update's id keeps it the same update. If the order has ended by then, the answer comes
   * from its record.
   */
  private async ask(): Promise<ChangeOrderOutcome> {
    const { temporal, changeTimeoutMs } = this.deps;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return this.outcomeOf(
          await temporal.client.withDeadline(Date.now() + changeTimeoutMs, () =>
            this.handle.executeUpdate<ChangeAnswer, [object]>(this.update.name, this.asked),
          ),
        );
      } catch (error) {
        if (attempt === maxAttempts || !isUpdateGivenUp(error)) throw error;
      }
    }
  }

  /**
   * Makes sure that the workflow has accepted the update. Only then is the change in the workflow's history, and may
   * be reported as accepted; before, it is only in Temporal's memory.
   */
  private async askWhetherTaken(): Promise<ChangeOrderOutcome> {
    const within = <Result>(ask: () => Promise<Result>): Promise<Result> =>
      this.deps.temporal.client.withDeadline(Date.now() + takenTimeoutMs, ask);
    const taken = await within(() =>
      this.handle.startUpdate<ChangeAnswer, [object]>(this.update.name, {
        ...this.asked,
        waitForStage: 'ACCEPTED',
      }),
    );
    try {
      return this.outcomeOf(await within(() => taken.result()));
    } catch (error) {
      if (isTimeout(error)) return { kind: 'accepted', operation: this.asked.operation };
      throw error;
    }
  }

  /**
   * Handles a change without a running workflow. Starts the workflow again from the record if the order is open, or
   * if it has ended and still permits the change. Answers any other change from the record.
   */
  private async askFromRecords(): Promise<ChangeOrderOutcome> {
    const { temporal, orders, changeTimeoutMs } = this.deps;
    const { ref } = this.change;
    const order = await orders.findToStart(ref, ref.orderId);
    if (!order) return { kind: 'not_found' };
    const answer = order.isOpen ? undefined : await this.answerOfEnded();
    if (answer) return answer;
    const startWorkflowOperation = new WithStartWorkflowOperation(orderWorkflowType, {
      ...startFromRecords(temporal.named, order),
      workflowIdConflictPolicy: 'USE_EXISTING',
    });
    return this.outcomeOf(
      await temporal.client.withDeadline(Date.now() + changeTimeoutMs, () =>
        temporal.client.workflow.executeUpdateWithStart(
          this.update as UpdateDefinition<ChangeAnswer, [object]>,
          {
            ...this.asked,
            startWorkflowOperation,
          },
        ),
      ),
    );
  }

  /** The stored answer to an earlier request, or a refusal. `undefined` if the change is possible. */
  private async answerOfEnded(): Promise<ChangeOrderOutcome | undefined> {
    const { orders } = this.deps;
    const { ref, type, request } = this.change;
    const earlier = await orders.findChange(ref, { orderId: ref.orderId, ...this.asked });
    if (earlier) return earlier.kind === 'applied' ? { ...earlier, isReplay: true } : earlier;
    const facts = await orders.findFacts(ref, ref.orderId, type);
    if (!facts) return { kind: 'not_found' };
    // The API has parsed the request.
    const decision = decide(facts, { ...request, type } as unknown as OrderCommandOf<Type>);
    return decision.kind === 'refused' ? decision : undefined;
  }

  private outcomeOf(answer: ChangeAnswer): ChangeOrderOutcome {
    if (answer.requestHash !== this.asked.requestHash) return idempotencyConflict;
    return { kind: 'applied', answer, isReplay: answer.requestId !== this.asked.requestId };
  }

  private refusalOf(error: WorkflowUpdateFailedError): ChangeOrderOutcome {
    const answer = refusalOfUpdate(error);
    if (answer.kind === 'not_found') return answer;
    const { refusal, requestId = this.asked.requestId } = answer;
    if (requestId !== this.asked.requestId) throw new RefusedBefore();
    return refusal;
  }

  private get handle() {
    const { client, named } = this.deps.temporal;
    return client.workflow.getHandle(named(orderWorkflowId(this.change.ref.orderId)));
  }

  private get update() {
    return orderChangeUpdates[this.change.type];
  }
}
