import { notFound, refusal, RefusalCode, type ErpKind, type TenantScope } from '@oms/domain';

import type { Json } from '../kit/audit.js';
import type { Database } from '../kit/database.js';
import type { CarriedOut, Command, CommandTransaction } from '../kit/run-command.js';

/** The ERP connection of an organisation, without its secrets. Times are ISO 8601 in UTC. */
export interface ErpConnection {
  readonly kind: ErpKind;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly connectedAt: string;
  readonly connectedBy: string;
}

export interface ErpConnectionReader {
  find(scope: TenantScope): Promise<ErpConnection | undefined>;
}

/** Reads connections from PostgreSQL without their secrets. */
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

/** A connection with its sealed secrets. */
export interface SealedErpConnection extends TenantScope {
  readonly kind: ErpKind;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly secrets: string;
}

/** Reads the connection of an organisation with its sealed secrets, or `undefined` if it has none. */
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

/** A new ERP connection of an organisation. */
export interface ConnectErp {
  readonly kind: ErpKind;
  /** Without the secrets. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Sealed: the database never has the key. */
  readonly secrets: string;
}

/** A connection in the audit log: without its secrets, sealed ones included. */
type ShownConnection = Readonly<Record<'kind' | 'settings', Json>>;

/** Connects an organisation to an ERP, in place of its earlier connection. */
export async function connectErp(
  transaction: CommandTransaction,
  { tenantId, orgId, actor, request }: Command<ConnectErp>,
): Promise<CarriedOut<{ readonly kind: ErpKind }>> {
  const { kind, settings, secrets } = request;
  const before = await lockConnection(transaction, { tenantId, orgId });
  await transaction.$executeRaw`
    INSERT INTO erp_connections (tenant_id, org_id, kind, settings, secrets, connected_by)
    VALUES (${tenantId}::uuid, ${orgId}::uuid, ${kind}, ${JSON.stringify(settings)}::jsonb, ${secrets}, ${actor.id})
    ON CONFLICT (tenant_id, org_id) DO UPDATE SET
      kind = excluded.kind, settings = excluded.settings, secrets = ${secrets},
      connected_at = now(), connected_by = excluded.connected_by`;
  const after = { kind, settings: settings as Record<string, Json> }; // Plain JSON by its schema.
  return {
    kind: 'done',
    result: { kind },
    changes: [
      { action: 'erp.connected', type: 'erp_connection', id: orgId, ...(before ? { before } : {}), after },
    ],
  };
}

/** Ends a connection. The ERP keeps its orders. */
export async function disconnectErp(
  transaction: CommandTransaction,
  { tenantId, orgId }: Command,
): Promise<CarriedOut<{ readonly kind: ErpKind }>> {
  const before = await lockConnection(transaction, { tenantId, orgId });
  if (!before) return refusal(RefusalCode.NotFound, notConnected);
  await transaction.$executeRaw`
    DELETE FROM erp_connections WHERE tenant_id = ${tenantId}::uuid AND org_id = ${orgId}::uuid`;
  return {
    kind: 'done',
    result: { kind: before.kind as ErpKind }, // Held to the domain's words by a check constraint.
    changes: [{ action: 'erp.disconnected', type: 'erp_connection', id: orgId, before }],
  };
}

/**
 * Serialises the changes of one organisation's connection, even before there is one. An organisation has one
 * connection, whose only id is the organisation's.
 */
async function lockConnection(
  transaction: CommandTransaction,
  { tenantId, orgId }: TenantScope,
): Promise<ShownConnection | undefined> {
  await transaction.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${`erp/${tenantId}/${orgId}`}, 0))`;
  const row = await transaction.erpConnection.findUnique({
    where: { tenantId_orgId: { tenantId, orgId } },
    select: { kind: true, settings: true },
  });
  return row ? { kind: row.kind, settings: row.settings as Json } : undefined; // jsonb is plain JSON.
}

/** Records the actor that requested a push of an order to its ERP. */
export async function recordResync(
  transaction: CommandTransaction,
  { tenantId, orgId, commandId, request: { orderId } }: Command<{ readonly orderId: string }>,
): Promise<CarriedOut<{ readonly orderId: string; readonly askId: string }>> {
  const order = await transaction.order.findFirst({
    where: { id: orderId, tenantId, orgId },
    select: { id: true },
  });
  if (!order) return notFound('order');
  const where = { tenantId_orgId: { tenantId, orgId } };
  if (!(await transaction.erpConnection.findUnique({ where, select: { kind: true } }))) {
    return refusal(RefusalCode.TransitionNotAllowed, notConnected);
  }
  return {
    kind: 'done',
    // `askId` tells the workflow that this push was requested before.
    result: { orderId, askId: commandId },
    changes: [{ action: 'erp.resync_requested', type: 'order', id: orderId }],
  };
}

const notConnected = 'no ERP is connected';
