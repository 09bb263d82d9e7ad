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
import { WorkflowNotFoundError, type Client } from '@temporalio/client';

import type { AllocationReader } from './allocation-reader.js';

export interface TemporalAllocationReaderDeps {
  readonly client: Client;
  /** Knows what became of orders whose workflows have ended. */
  readonly orders: Pick<OrderReader, 'findOrder' | 'listEvents'>;
  readonly log: Logger;
}

const undecided: AllocationAnswer = { kind: 'undecided' };

/** Asks the order's workflow, which learns it from its own reservation. */
export function createTemporalAllocationReader(deps: TemporalAllocationReaderDeps): AllocationReader {
  return {
    async wait(ref, timeoutMs) {
      const deadlineMs = Date.now() + timeoutMs;
      try {
        for (;;) {
          const answer = await ask(deps.client, ref, deadlineMs);
          if (answer.kind !== 'undecided' || Date.now() >= deadlineMs) return answer;
        }
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return answerOfEnded(deps, ref);
        // The order is accepted and goes on, whatever keeps this gateway from hearing of it.
        deps.log.debug({ err: error, orderId: ref.orderId }, 'it is not known yet what becomes of the stock');
        return undecided;
      }
    },
  };
}

function ask(client: Client, { orderId }: OrderRef, deadlineMs: number): Promise<AllocationAnswer> {
  return client.withDeadline(deadlineMs, () =>
    client.workflow
      .getHandle(orderWorkflowId(orderId))
      .executeUpdate(awaitAllocationUpdate, { updateId: awaitAllocationUpdateId }),
  );
}

async function answerOfEnded(
  { orders, log }: TemporalAllocationReaderDeps,
  ref: OrderRef,
): Promise<AllocationAnswer> {
  try {
    const order = await orders.findOrder(ref, ref.orderId);
    if (!order) return undecided;
    const { status, cancellationReason: reason, cancellationDetail: detail = '' } = order;
    if (status !== OrderStatus.Cancelled || reason === undefined) return { kind: 'reserved' };
    const events = await orders.listEvents(ref, ref.orderId);
    const shortages = events?.at(-1)?.data['shortages'];
    return {
      ...{ kind: 'refused', reason, detail },
      // As the cancellation wrote them.
      ...(Array.isArray(shortages) ? { shortages: shortages as StockShortage[] } : {}),
    };
  } catch (error) {
    log.warn({ err: error, orderId: ref.orderId }, 'the record of an order that has ended cannot be read');
    return undecided;
  }
}
