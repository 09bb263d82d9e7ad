import {
  awaitAllocationUpdate,
  awaitAllocationUpdateId,
  orderWorkflowId,
  type AllocationAnswer,
  type StockShortage,
} from '@oms/contracts/temporal';
import type { OrderReader } from '@oms/database';
import { OrderStatus, type OrderRef } from '@oms/domain';
import type { Logger } from '@oms/observability';
import type { Temporal } from '@oms/temporal';
import { WorkflowNotFoundError } from '@temporalio/client';

/** The decision on an order's stock; `undecided` if it is not known in time. */
export type KnownAllocation = AllocationAnswer | { readonly kind: 'undecided' };

/** Reads the decision on an order's stock. */
export interface AllocationReader {
  /** Waits for the decision, for a limited time. Changes nothing. */
  wait(ref: OrderRef, timeoutMs: number): Promise<KnownAllocation>;
}

export interface AllocationReaderDeps {
  readonly temporal: Temporal;
  /** Reads orders whose workflows have ended. */
  readonly orders: Pick<OrderReader, 'findOrder' | 'listEvents'>;
  readonly log: Logger;
}

const undecided: KnownAllocation = { kind: 'undecided' };

/** Makes a reader that asks the order's workflow, or the record if that has ended. */
export function createAllocationReader(deps: AllocationReaderDeps): AllocationReader {
  return {
    async wait(ref, timeoutMs) {
      try {
        return await ask(deps.temporal, ref, timeoutMs);
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return answerOfEnded(deps, ref);
        // The order is accepted and continues, even if this gateway cannot learn the decision.
        deps.log.debug({ err: error, orderId: ref.orderId }, 'it is not known yet what becomes of the stock');
        return undecided;
      }
    },
  };
}

function ask(
  { client, named }: Temporal,
  { orderId }: OrderRef,
  timeoutMs: number,
): Promise<AllocationAnswer> {
  return client.withDeadline(Date.now() + timeoutMs, () =>
    client.workflow
      .getHandle(named(orderWorkflowId(orderId)))
      .executeUpdate(awaitAllocationUpdate, { updateId: awaitAllocationUpdateId }),
  );
}

async function answerOfEnded({ orders, log }: AllocationReaderDeps, ref: OrderRef): Promise<KnownAllocation> {
  try {
    const order = await orders.findOrder(ref, ref.orderId);
    if (!order) return undecided;
    const { status, cancellationReason: reason, cancellationDetail: detail = '' } = order;
    if (status !== OrderStatus.Cancelled || reason === undefined) return { kind: 'reserved' };
    const events = await orders.listEvents(ref, ref.orderId);
    const shortages = events?.at(-1)?.data['shortages'];
    return {
      ...{ kind: 'refused', reason, detail },
      // The cancellation wrote them.
      ...(Array.isArray(shortages) ? { shortages: shortages as StockShortage[] } : {}),
    };
  } catch (error) {
    log.warn({ err: error, orderId: ref.orderId }, 'the record of an order that has ended cannot be read');
    return undecided;
  }
}
