import type { CommandDenial, CommandInput, CommandKind, CommandOutcome } from '@oms/contracts/temporal';
import type { ErpKind, TenantScope } from '@oms/domain';

import type { CommandTransaction } from '../kit/commands.js';
import type { Database } from '../kit/database.js';
import { Prisma } from '../generated/client.js';

/** The ERP that an organisation keeps its orders in, without what of it is secret. Times are ISO 8601 in UTC. */
export interface ErpConnection {
  readonly kind: ErpKind;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly connectedAt: string;
  readonly connectedBy: string;
}

export interface ErpConnectionReader {
  find(scope: TenantScope): Promise<ErpConnection | undefined>;
}

/** Reads connections from PostgreSQL, for whoever has no business with their secrets. */
export function createErpConnectionReader({ prisma }: Database): ErpConnectionReader {
  return {
    async find({ tenantId, orgId }) {
      const row = await prisma.erpConnection.findUnique({
        where: { tenantId_orgId: { tenantId, orgId } },
        omit: { secrets: true },
      });
      if (!row) return undefined;
      return {
        kind: row.kind as ErpKind, // Held to the domain's words by a check constraint.
        settings: row.settings as Record<string, unknown>, // As above.
        connectedAt: row.connectedAt.toISOString(),
        connectedBy: row.connectedBy,
      };
    },
  };
}

/** A connection with its secrets, sealed as they were when it was made. */
export interface SealedErpConnection extends TenantScope {
  readonly kind: ErpKind;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly secrets: string;
}

/** Reads the connection of an organisation with its sealed secrets, or `undefined` where there is none. */
export async function findSealedErpConnection(
  { prisma }: Database,
  { tenantId, orgId }: TenantScope,
): Promise<SealedErpConnection | undefined> {
  const row = await prisma.erpConnection.findUnique({ where: { tenantId_orgId: { tenantId, orgId } } });
  if (!row) return undefined;
  const { kind, settings, secrets } = row;
  return {
    ...{ tenantId, orgId, secrets },
    kind: kind as ErpKind, // Held to the domain's words by a check constraint, as are the settings.
    settings: settings as Record<string, unknown>,
  };
}

/** Connects an organisation to an ERP, in place of the one before, inside of its command's transaction. */
export async function connectErp(
  transaction: CommandTransaction,
  input: CommandInput<'connect_erp'>,
): Promise<CommandOutcome<'connect_erp'>> {
  const { kind, settings, secrets } = input.request;
  await transaction.$executeRaw`
    WITH changed AS (
      INSERT INTO erp_connections (tenant_id, org_id, kind, settings, secrets, connected_by)
      VALUES (${input.tenantId}::uuid, ${input.orgId}::uuid, ${kind}, ${JSON.stringify(settings)}::jsonb, ${secrets}, ${input.actor.id})
      ON CONFLICT (tenant_id, org_id) DO UPDATE SET
        kind = excluded.kind, settings = excluded.settings, secrets = excluded.secrets,
        connected_at = now(), connected_by = excluded.connected_by
      RETURNING tenant_id, org_id
    ) ${audit(input, 'erp.connected', { kind, settings })}`;
  return { kind: 'done', result: { kind } };
}

/** Ends a connection, inside of its command's transaction. What the ERP has, it keeps. */
export async function disconnectErp(
  transaction: CommandTransaction,
  input: CommandInput<'disconnect_erp'>,
): Promise<CommandOutcome<'disconnect_erp'>> {
  const { tenantId, orgId } = input;
  const before = await transaction.erpConnection.findUnique({
    where: { tenantId_orgId: { tenantId, orgId } },
    select: { kind: true },
  });
  if (!before) return notConnected;
  const kind = before.kind as ErpKind; // Held to the domain's words by a check constraint.
  await transaction.$executeRaw`
    WITH changed AS (
      DELETE FROM erp_connections WHERE tenant_id = ${tenantId}::uuid AND org_id = ${orgId}::uuid
      RETURNING tenant_id, org_id
    ) ${audit(input, 'erp.disconnected', { kind })}`;
  return { kind: 'done', result: { kind } };
}

/** Keeps who asked for an order to be brought to its ERP, inside of the command's transaction. */
export async function recordResync(
  transaction: CommandTransaction,
  { tenantId, orgId, actor, commandId, request: { orderId } }: CommandInput<'resync_order'>,
): Promise<CommandOutcome<'resync_order'>> {
  const order = await transaction.order.findFirst({
    where: { id: orderId, tenantId, orgId },
    select: { id: true },
  });
  if (!order) return { kind: 'denied', why: 'not_found', message: 'there is no such order' };
  const where = { tenantId_orgId: { tenantId, orgId } };
  if (!(await transaction.erpConnection.findUnique({ where, select: { kind: true } }))) {
    return { ...notConnected, why: 'not_allowed' };
  }
  await transaction.auditEntry.create({
    data: {
      ...{ tenantId, orgId, actorType: actor.type, actorId: actor.id },
      ...{ action: 'erp.resync_requested', resourceType: 'order', resourceId: orderId, data: {} },
    },
  });
  return { kind: 'done', result: { orderId, askId: commandId } };
}

const notConnected: CommandDenial = { kind: 'denied', why: 'not_found', message: 'no ERP is connected' };

/** An organisation has one connection, which has no id but the organisation's. */
function audit<Kind extends CommandKind>(
  { actor }: CommandInput<Kind>,
  action: string,
  data: Readonly<Record<string, unknown>>,
): Prisma.Sql {
  return Prisma.sql`
    INSERT INTO audit_log (tenant_id, org_id, actor_type, actor_id, action, resource_type, resource_id, data)
    SELECT tenant_id, org_id, ${actor.type}, ${actor.id}, ${action}, 'erp_connection', org_id, ${JSON.stringify(data)}::jsonb
    FROM changed`;
}
