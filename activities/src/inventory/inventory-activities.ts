import { CancellationReason, type Actor, type OrderRef } from '@oms/domain';
import type { ReserveInventoryResult } from '@oms/contracts/temporal';
import { FailureType } from '@oms/contracts/temporal';
import { describeShortages, releaseStock, reserveStock, type Database } from '@oms/database';
import { ApplicationFailure } from '@temporalio/common';

import { retryingRefusals, withDatabase } from '../kit/database-fault.js';
import { beating } from '../kit/heartbeat.js';

const actor: Actor = { type: 'system', id: 'inventory' };

export type InventoryActivities = ReturnType<typeof createInventoryActivities>;

/** Stock, reserved whole or not at all, and its exact undo. Both may be repeated. */
export function createInventoryActivities({ database }: { readonly database: Database }) {
  return {
    /** Reserves the stock of all lines of the order, or says which are short and reserves nothing. */
    reserveInventory: (ref: OrderRef): Promise<ReserveInventoryResult> =>
      inDatabase(async () => {
        const result = await reserveStock(database, ref, actor);
        switch (result.kind) {
          case 'reserved':
            return { kind: 'reserved' };
          case 'out_of_stock':
            return {
              kind: 'refused',
              reason: CancellationReason.OutOfStock,
              detail: describeShortages(result.shortages),
              shortages: result.shortages,
            };
          case 'not_reservable':
            throw ApplicationFailure.create({
              type: FailureType.UnexpectedRecord,
              message: `order ${ref.orderId} is not pending or gave its stock back: it cannot reserve`,
            });
        }
      }),

    /** Gives back what the order has reserved, and nothing else. */
    releaseInventory: (ref: OrderRef): Promise<{ readonly units: number }> =>
      retryingRefusals(() => inDatabase(async () => ({ units: await releaseStock(database, ref, actor) }))),
  };
}

/** A statement may wait for other orders' locks; a worker that was killed while it waited is to be noticed soon. */
function inDatabase<Result>(operation: () => Promise<Result>): Promise<Result> {
  return beating(() => withDatabase(operation));
}
