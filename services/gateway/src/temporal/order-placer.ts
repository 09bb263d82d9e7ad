import {
  FailureType,
  orderWorkflowType,
  placeOrderUpdate,
  placeOrderUpdateId,
  type OrderToPlace,
  type OrderWorkflowInput,
} from '@oms/contracts/temporal';
import type { OrderReader } from '@oms/database';
import {
  idempotencyConflict,
  RefusalCode,
  type CancellationReason,
  type Refusal,
  type OrderRef,
} from '@oms/domain';
import type { Logger } from '@oms/observability';
import { describeOrderWorkflow, startOfNewOrder, type OrderStart, type Temporal } from '@oms/temporal';
import { WithStartWorkflowOperation, WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';

import { isTimeout } from './update-failures.js';

/** An order to place, with links about it for people. */
export interface PlaceOrderInput extends OrderRef, OrderToPlace {
  readonly links?: NonNullable<OrderWorkflowInput['links']>;
}

export type PlaceOrderResult =
  /** The order is recorded. */
  | { readonly kind: 'recorded'; readonly replayed: boolean }
  /** The order's workflow exists and continues by itself. The record will follow. */
  | { readonly kind: 'accepted'; readonly replayed: boolean }
  /** The key belongs to another order, or the order ended before it was recorded and nothing was done for it. */
  | Refusal;

/** Places orders. */
export interface OrderPlacer {
  /**
   * Starts the order's workflow or finds the existing one, and waits a limited time for the record. Repeating the
   * call with the same order is safe at any time, also after an error.
   *
   * @throws if it is not certain that the order's workflow exists; it may exist
   */
  place(input: PlaceOrderInput): Promise<PlaceOrderResult>;
  /**
   * Whether an order of this key was placed before. Its repeated request is answered by {@link place}, also if a new
   * order would be refused by now.
   */
  isPlaced(ref: OrderRef): Promise<boolean>;
}

export interface OrderPlacerDeps {
  readonly temporal: Temporal;
  /** Finds orders whose workflows have ended. */
  readonly orders: Pick<OrderReader, 'findRequestHash'>;
  readonly log: Logger;
  /** The time to wait for the record before the order counts as accepted. */
  readonly recordTimeoutMs: number;
}

/** The timeout of calls that need no worker. They take milliseconds unless Temporal is away. */
const startTimeoutMs = 10_000;

/** Makes a placer that starts one workflow for each order, by update-with-start. */
export function createOrderPlacer(deps: OrderPlacerDeps): OrderPlacer {
  return {
    place: (input) => place(deps, input, 'REJECT_DUPLICATE'),
    isPlaced: async (ref) =>
      (await deps.orders.findRequestHash(ref, ref.orderId)) !== undefined ||
      (await describeOrderWorkflow(deps.temporal, ref.orderId, startTimeoutMs)) !== undefined,
  };
}

async function place(deps: OrderPlacerDeps, input: PlaceOrderInput, reuse: Reuse): Promise<PlaceOrderResult> {
  try {
    return await placeAndWait(deps, input, reuse);
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError || isRecordRefused(error))
      return compareWithEnded(deps, input);
    if (!isTimeout(error)) throw error;
    // The workflow may not have been started: the call may never have arrived.
    deps.log.debug({ err: error, orderId: input.orderId }, 'the order was not recorded in time');
    return startWithoutWaiting(deps, input, reuse);
  }
}

type Reuse = OrderStart['workflowIdReusePolicy'];

function startOf(
  { temporal: { named } }: OrderPlacerDeps,
  { tenantId, orgId, orderId, links, ...toPlace }: PlaceOrderInput,
  reuse: Reuse,
): OrderStart {
  const input = { tenantId, orgId, orderId, toPlace, ...(links ? { links } : {}) };
  return startOfNewOrder(named, input, reuse);
}

async function placeAndWait(
  deps: OrderPlacerDeps,
  input: PlaceOrderInput,
  reuse: Reuse,
): Promise<PlaceOrderResult> {
  const { client } = deps.temporal;
  const startWorkflowOperation = new WithStartWorkflowOperation(orderWorkflowType, {
    ...startOf(deps, input, reuse),
    workflowIdConflictPolicy: 'USE_EXISTING',
  });
  const placed = await client.withDeadline(Date.now() + deps.recordTimeoutMs, () =>
    client.workflow.executeUpdateWithStart(placeOrderUpdate, {
      updateId: placeOrderUpdateId,
      startWorkflowOperation,
    }),
  );
  return compare(input, { ...placed, recorded: true });
}

/**
 * Makes sure that the workflow exists, by a call that needs no worker. The order may be reported as accepted only
 * after that.
 */
async function startWithoutWaiting(
  deps: OrderPlacerDeps,
  input: PlaceOrderInput,
  reuse: Reuse,
): Promise<PlaceOrderResult> {
  const { client } = deps.temporal;
  try {
    await client.withDeadline(Date.now() + startTimeoutMs, () =>
      client.workflow.start(orderWorkflowType, {
        ...startOf(deps, input, reuse),
        workflowIdConflictPolicy: 'FAIL',
      }),
    );
    return { kind: 'accepted', replayed: false };
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    const description = await describeOrderWorkflow(deps.temporal, input.orderId, startTimeoutMs);
    if (!description) throw error;
    if (description.hasEnded) return compareWithEnded(deps, input);
    return compare(input, description);
  }
}

/** The workflow has ended. Compares the request with the order's record; without a record, places the order again. */
async function compareWithEnded(deps: OrderPlacerDeps, input: PlaceOrderInput): Promise<PlaceOrderResult> {
  const { orders, log } = deps;
  const requestHash = await orders.findRequestHash(input, input.orderId).catch((error: unknown) => {
    log.warn({ err: error, orderId: input.orderId }, 'the record of an order that has ended cannot be read');
    return undefined;
  });
  if (requestHash !== undefined) return compare(input, { requestHash, recorded: true });
  const description = await describeOrderWorkflow(deps.temporal, input.orderId, startTimeoutMs);
  if (description?.recorded) return compare(input, description);
  const compared = description && compare(input, description);
  if (compared?.kind === 'refused') return compared;
  if (description?.cancellationReason) return unrecorded(description.cancellationReason);
  // The order was accepted and its workflow was terminated: the order must not be lost.
  return place(deps, input, 'ALLOW_DUPLICATE');
}

function unrecorded(reason: CancellationReason): Refusal {
  const message = `the order was cancelled before it was recorded: ${reason}; nothing was done for it`;
  return { kind: 'refused', code: RefusalCode.RecordRefused, message };
}

interface ExistingOrder {
  readonly requestHash?: string;
  readonly requestId?: string;
  readonly recorded: boolean;
}

function compare(input: PlaceOrderInput, existing: ExistingOrder): PlaceOrderResult {
  if (existing.requestHash !== input.requestHash) return idempotencyConflict;
  return {
    kind: existing.recorded ? 'recorded' : 'accepted',
    replayed: existing.requestId !== input.requestId,
  };
}

/** Whether a workflow, or an Update of it, failed because the database refuses the order. */
function isRecordRefused(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof ApplicationFailure) return cause.type === FailureType.RecordRefused;
  }
  return false;
}
