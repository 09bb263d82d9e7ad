import type { ErpTestResult, PushOrderResult } from '@oms/contracts/temporal';
import { findSealedErpConnection } from '@oms/database';
import type { OrderRef, TenantScope } from '@oms/domain';
import { SealedError } from '@oms/outbound';

import { withDatabase } from '../kit/database-fault.js';
import { beating } from '../kit/heartbeat.js';
import { pushOrderToErp, type ErpActivityDependencies } from './push-order.js';

export type ErpActivities = ReturnType<typeof createErpActivities>;

/** Pushes orders to the ERP that their organisation has connected. */
export function createErpActivities(deps: ErpActivityDependencies) {
  return {
    /**
     * Pushes the present order to its ERP. Idempotent: the ERP knows the order by its id and ignores older versions.
     * Throws, with the time of the next attempt, while the ERP may lack the order; a refusal is a result. Both are kept
     * with the order.
     */
    pushOrderToErp: (ref: OrderRef): Promise<PushOrderResult> => beating(() => pushOrderToErp(deps, ref)),

    /** Tests whether orders can be pushed to the ERP. Changes nothing there. */
    testErp: (scope: TenantScope): Promise<ErpTestResult> => beating(() => testErp(deps, scope)),
  };
}

async function testErp(
  { database, connectors }: ErpActivityDependencies,
  scope: TenantScope,
): Promise<ErpTestResult> {
  const connection = await withDatabase(() => findSealedErpConnection(database, scope));
  if (!connection) return { kind: 'not_connected' };
  try {
    const outcome = await connectors.of(connection).testConnection();
    return outcome.kind === 'done'
      ? { kind: 'works', description: outcome.description }
      : { kind: 'fails', message: outcome.message };
  } catch (error) {
    if (error instanceof SealedError) return { kind: 'fails', message: error.message };
    throw error;
  }
}
