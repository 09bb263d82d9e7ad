import type { CommandInput, CommandOutcome } from '@oms/contracts/temporal';
import { defaultTenantSettings, type TenantScope, type TenantSettings } from '@oms/domain';

import type { CommandTransaction } from '../kit/commands.js';
import type { Database } from '../kit/database.js';
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

/**
 * Changes some of a tenant's settings, with their audit record. Changes of others at the same moment stay: only what is
 * named is written.
 */
export async function changeTenantSettings(
  transaction: CommandTransaction,
  { tenantId, orgId, actor, request }: CommandInput<'change_settings'>,
): Promise<CommandOutcome<'change_settings'>> {
  const changes = { ...request };
  const before = await transaction.tenantSettings.findUnique({ where: { tenantId } });
  const row = await transaction.tenantSettings.upsert({
    where: { tenantId },
    create: { tenantId, ...changes },
    update: changes,
  });
  const from = before ? toSettings(before) : defaultTenantSettings;
  await transaction.auditEntry.create({
    data: {
      ...{ tenantId, orgId, actorType: actor.type, actorId: actor.id },
      ...{ action: 'settings.changed', resourceType: 'tenant_settings', resourceId: tenantId },
      data: { from: { ...from }, to: { ...toSettings(row) } },
    },
  });
  return { kind: 'done', result: toSettings(row) };
}

function toSettings(row: SettingsRow): TenantSettings {
  const { orderNumberPrefix, returnWindowSeconds, pendingLimitSeconds, paymentsRequireMetadata } = row;
  return { orderNumberPrefix, returnWindowSeconds, pendingLimitSeconds, paymentsRequireMetadata };
}
