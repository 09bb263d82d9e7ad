import { orderWorkflowType, placeOrderUpdate, placeOrderUpdateId } from '@oms/contracts/temporal';
import type { OrderReader } from '@oms/database';
import { RefusalCode, type CancellationReason, type CommandRefusal } from '@oms/domain';
import type { Logger } from '@oms/observability';
import {
  isGrpcCancelledError,
  isGrpcDeadlineError,
  WithStartWorkflowOperation,
  WorkflowExecutionAlreadyStartedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
  type Client,
} from '@temporalio/client';

import { describeOrderWorkflow } from './order-description.js';
import type { OrderPlacer, PlaceOrderInput, PlaceOrderResult } from './order-placer.js';
import { orderStartOptions } from './order-start.js';
import { isRecordRefused } from './record-refused.js';

export interface TemporalOrderPlacerDeps {
  readonly client: Client;
  /** Knows the orders whose workflows have ended. */
  readonly orders: Pick<OrderReader, 'findRequestHash'>;
  readonly log: Logger;
  /** How long to wait for the record before the order counts as accepted. */
  readonly recordTimeoutMs: number;
}

/** For the calls that need no worker: they answer in milliseconds, or Temporal is away. */
const startTimeoutMs = 10_000;

/** Places orders as workflows, one per order, by update-with-start. */
export function createTemporalOrderPlacer(deps: TemporalOrderPlacerDeps): OrderPlacer {
  return {
    async place(input) {
      try {
        return await placeAndWait(deps, input);
      } catch (error) {
        if (error instanceof WorkflowExecutionAlreadyStartedError)
          return compareWithEnded(deps, input, error);
        if (isRecordRefused(error)) return compareWithEnded(deps, input, error);
        if (!isTimeout(error)) throw error;
        // Whether the workflow was started is not known: the call may never have arrived.
        deps.log.debug({ err: error, orderId: input.orderId }, 'the order was not recorded in time');
        return startWithoutWaiting(deps, input);
      }
    },
  };
}

async function placeAndWait(
  deps: TemporalOrderPlacerDeps,
  input: PlaceOrderInput,
): Promise<PlaceOrderResult> {
  const { client } = deps;
  const startWorkflowOperation = new WithStartWorkflowOperation(orderWorkflowType, {
    ...orderStartOptions(input),
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
 * Makes certain that the workflow exists, by a call that needs no worker. Only then may anybody be told that the
 * order is accepted.
 */
async function startWithoutWaiting(
  deps: TemporalOrderPlacerDeps,
  input: PlaceOrderInput,
): Promise<PlaceOrderResult> {
  const { client } = deps;
  try {
    await client.withDeadline(Date.now() + startTimeoutMs, () =>
      client.workflow.start(orderWorkflowType, {
        ...orderStartOptions(input),
        workflowIdConflictPolicy: 'FAIL',
      }),
    );
    return { kind: 'accepted', replayed: false };
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    const description = await describeOrderWorkflow(client, input.orderId, startTimeoutMs);
    if (!description) throw error;
    if (description.hasEnded) return compareWithEnded(deps, input, error);
    return compare(input, description);
  }
}

/** The workflow has ended, and what is left of the order is its record. */
async function compareWithEnded(
  { client, orders, log }: TemporalOrderPlacerDeps,
  input: PlaceOrderInput,
  cause: unknown,
): Promise<PlaceOrderResult> {
  const requestHash = await orders.findRequestHash(input, input.orderId).catch((error: unknown) => {
    log.warn({ err: error, orderId: input.orderId }, 'the record of an order that has ended cannot be read');
    return undefined;
  });
  if (requestHash !== undefined) return compare(input, { requestHash, recorded: true });
  const description = await describeOrderWorkflow(client, input.orderId, startTimeoutMs);
  if (description?.recorded) return compare(input, description);
  // Somebody ended the workflow before the order was recorded. Starting it again is theirs to decide.
  if (!description?.cancellationReason) {
    throw new Error('the workflow has ended and left no record', { cause });
  }
  const compared = compare(input, description);
  return compared.kind === 'conflict' ? compared : unrecorded(description.cancellationReason);
}

function unrecorded(reason: CancellationReason): CommandRefusal {
  const message = `the order was cancelled before it was recorded: ${reason}; nothing was done for it`;
  return { kind: 'refused', code: RefusalCode.RecordRefused, message };
}

interface ExistingOrder {
  readonly requestHash?: string;
  readonly requestId?: string;
  readonly recorded: boolean;
}

function compare(input: PlaceOrderInput, existing: ExistingOrder): PlaceOrderResult {
  if (existing.requestHash !== input.requestHash) return { kind: 'conflict' };
  return {
    kind: existing.recorded ? 'recorded' : 'accepted',
    replayed: existing.requestId !== input.requestId,
  };
}

function isTimeout(error: unknown): boolean {
  return (
    error instanceof WorkflowUpdateRPCTimeoutOrCancelledError ||
    isGrpcDeadlineError(error) ||
    isGrpcCancelledError(error)
  );
}
