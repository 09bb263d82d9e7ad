import { defaultTenantSettings, type TenantScope, type TenantSettings } from '@oms/domain';

import type { Database } from '../kit/database.js';
import type { CarriedOut, Command, CommandTransaction } from '../kit/run-command.js';
import type { TenantSettings as SettingsRow } from '../generated/client.js';

export interface TenantSettingsReader {
  /** Of a tenant that has settled nothing: the defaults. */
  read(scope: TenantScope): Promise<TenantSettings>;
}

/** Reads tenants' settings from PostgreSQL. */
export function createTenantSettingsReader({ prisma }: Database): TenantSettingsReader {
  return {
    async read({ tenantId }) {
      const row = await prisma.tenantSettings.findUnique({ where: { tenantId } });
      return row ? toSettings(row) : defaultTenantSettings;
    },
  };
}

/** Changes some of a tenant's settings. Concurrent changes of others stay: only what is named is written. */
export async function changeTenantSettings(
  transaction: CommandTransaction,
  { tenantId, request }: Command<Partial<TenantSettings>>,
): Promise<CarriedOut<TenantSettings>> {
  // The row is there and locked before it is read, so that `before` is what this change replaces.
  await transaction.$executeRaw`INSERT INTO tenant_settings (tenant_id) VALUES (${tenantId}::uuid) ON CONFLICT DO NOTHING`;
  await transaction.$executeRaw`SELECT FROM tenant_settings WHERE tenant_id = ${tenantId}::uuid FOR NO KEY UPDATE`;
  const before = toSettings(await transaction.tenantSettings.findUniqueOrThrow({ where: { tenantId } }));
  const after = toSettings(
    await transaction.tenantSettings.update({ where: { tenantId }, data: { ...request } }),
  );
  return {
    kind: 'done',
    result: after,
    changes: [
      {
        action: 'settings.changed',
        type: 'tenant_settings',
        id: tenantId,
        before: { ...before },
        after: { ...after },
      },
    ],
  };
}

function toSettings(row: SettingsRow): TenantSettings {
  const { orderNumberPrefix, returnWindowSeconds, pendingLimitSeconds, paymentsRequireMetadata } = row;
  return { orderNumberPrefix, returnWindowSeconds, pendingLimitSeconds, paymentsRequireMetadata };
}
