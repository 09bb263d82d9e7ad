import { erpSyncStatuses, type OrderErp } from '@oms/domain';
import { z } from 'zod';
import { namedResources } from '../kit/named-schemas.js';

const timestamp = z.string().nullable().meta({ format: 'date-time' });

/** The state of an order in its organisation's ERP. All APIs show the same. */
export const orderErpResource = z
  .strictObject({
    status: z.enum(erpSyncStatuses).meta({
      description:
        '`pending`: the newest version is on its way. `synced`: the ERP has it. `failed`: the last attempt failed, and the next one comes by itself. `refused`: the ERP will not take this version; it is tried again with the next one, or on request.',
    }),
    id: z.string().nullable().meta({ description: 'The ERP’s own id of the order.' }),
    url: z.string().nullable().meta({ description: 'Where people find it there.' }),
    version: z.int().nullable().meta({ description: 'The version of the order that the ERP has.' }),
    attempts: z.int().meta({ description: 'How many attempts the newest push has taken so far.' }),
    last_error: z.string().nullable(),
    failing_since: timestamp,
    next_attempt_at: timestamp,
  })
  .meta({ description: 'The order at the ERP.' })
  .register(namedResources, { id: 'OrderErp' });
export type OrderErpResource = z.output<typeof orderErpResource>;

/** Renders the state of an order in the ERP; null for an order without an ERP. */
export function renderOrderErp(erp: OrderErp | undefined): OrderErpResource | null {
  return (
    (erp && {
      status: erp.status,
      id: erp.erpId ?? null,
      url: erp.url ?? null,
      version: erp.pushedVersion ?? null,
      attempts: erp.attempts,
      last_error: erp.lastError ?? null,
      failing_since: erp.failingSince ?? null,
      next_attempt_at: erp.nextAttemptAt ?? null,
    }) ??
    null
  );
}
