import { OrderEventType, OrderStatus, type Actor, type OrderRef } from '@oms/domain';
import {
  FailureType,
  type CancelOrderInput,
  type OrderWorkflowInput,
  type RecordOrderResult,
} from '@oms/contracts/temporal';
import { changeOrderStatus, findRecordedOrder, recordOrder, type Database } from '@oms/database';
import { ApplicationFailure } from '@temporalio/common';

import { withDatabase } from '../database-fault.js';

const actor: Actor = { type: 'system', id: 'orders' };

export type OrderActivities = ReturnType<typeof createOrderActivities>;

/**
 * What moves an order's record. Each is one short idempotent statement, so that they can run as local activities:
 * repeated after a lost task, they change nothing.
 */
export function createOrderActivities({ database }: { readonly database: Database }) {
  return {
    /** Records the order, or finds it as it was recorded before. */
    recordOrder: (input: OrderWorkflowInput): Promise<RecordOrderResult> =>
      withDatabase(async () => {
        const { order } = input;
        const recorded = order
          ? await recordOrder(database, { ...input, order })
          : await findRecordedOrder(database, input);
        if (recorded) return recorded;
        throw ApplicationFailure.create({
          type: FailureType.UnexpectedRecord,
          message: `order ${input.orderId} was recorded by an earlier run and is not in the database`,
        });
      }),

    /** Moves a pending order to `confirmed`. */
    confirmOrder: (ref: OrderRef): Promise<OrderStatus> =>
      withDatabase(async () => {
        const result = await changeOrderStatus(database, ref, {
          from: OrderStatus.Pending,
          to: OrderStatus.Confirmed,
          event: OrderEventType.OrderConfirmed,
          actor,
        });
        return result.kind === 'moved' ? OrderStatus.Confirmed : unexpected(ref, result.status);
      }),

    /** Moves an order to `cancelled` with its reason. Its stock and money are given back before. */
    cancelOrder: (input: CancelOrderInput): Promise<OrderStatus> =>
      withDatabase(async () => {
        const result = await changeOrderStatus(database, input, {
          from: input.from,
          to: OrderStatus.Cancelled,
          event: OrderEventType.OrderCancelled,
          actor,
          cancellation: input.refusal,
        });
        return result.kind === 'moved' ? OrderStatus.Cancelled : unexpected(input, result.status);
      }),
  };
}

function unexpected(ref: OrderRef, status: OrderStatus): never {
  throw ApplicationFailure.create({
    type: FailureType.UnexpectedRecord,
    message: `order ${ref.orderId} is ${status} in the database, which its workflow did not do`,
  });
}
