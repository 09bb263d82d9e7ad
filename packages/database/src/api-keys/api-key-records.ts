import { notFound, refusal, RefusalCode, type ApiKeyScope, type TenantScope } from '@oms/domain';

import type { Change } from '../kit/audit.js';
import type { Database } from '../kit/database.js';
import type { CarriedOut, Command, CommandTransaction } from '../kit/run-command.js';
import type { ApiKey as ApiKeyRow } from '../generated/client.js';

/** A new secret of an API key, of which only its holder knows more than this. */
interface ApiKeyDigest {
  /** How the secret begins, by which its holder knows it. */
  readonly prefix: string;
  /** SHA-256 in hexadecimal. */
  readonly hash: string;
}

export interface CreateApiKey extends ApiKeyDigest {
  readonly apiKeyId: string;
  readonly name: string;
  readonly scopes: readonly ApiKeyScope[];
  /** ISO 8601. Absent: it does not expire. */
  readonly expiresAt?: string;
}

export interface RotateApiKey extends ApiKeyDigest {
  readonly apiKeyId: string;
  /** How long the secret before is accepted beside the new one. */
  readonly gracePeriodSeconds: number;
}

export interface ApiKeyId {
  readonly apiKeyId: string;
}

/** Makes an API key. */
export async function insertApiKey(
  transaction: CommandTransaction,
  { tenantId, orgId, actor, request }: Command<CreateApiKey>,
): Promise<CarriedOut<ApiKeyId>> {
  const { apiKeyId: id, name, prefix, hash, scopes, expiresAt = null } = request;
  const row = await transaction.apiKey.create({
    data: {
      ...{ id, tenantId, orgId, name, prefix, hash, expiresAt, createdBy: actor.id },
      scopes: [...scopes],
    },
  });
  return changed(id, { action: 'api_key.created', after: shown(row) });
}

/** Gives a key a new secret. The one before it is accepted for the grace period, and the one before that no longer. */
export async function rotateApiKey(
  transaction: CommandTransaction,
  { request, ...scope }: Command<RotateApiKey>,
): Promise<CarriedOut<ApiKeyId>> {
  const { apiKeyId: id, prefix, hash, gracePeriodSeconds } = request;
  const before = await lockKey(transaction, scope, id);
  if (!before) return noSuchKey;
  const now = new Date();
  if (before.revokedAt)
    return refusal(RefusalCode.TransitionNotAllowed, 'the API key is revoked; create another one');
  if (before.expiresAt && before.expiresAt <= now) {
    return refusal(RefusalCode.TransitionNotAllowed, 'the API key has expired; create another one');
  }
  const after = await transaction.apiKey.update({
    where: { id },
    data: {
      ...{ hash, prefix, rotatedAt: now, previousHash: before.hash },
      previousValidUntil: new Date(now.getTime() + gracePeriodSeconds * 1_000),
    },
  });
  return changed(id, { action: 'api_key.rotated', before: shown(before), after: shown(after) });
}

/** Ends a key for good, its previous secret included. */
export async function revokeApiKey(
  transaction: CommandTransaction,
  { request: { apiKeyId: id }, ...scope }: Command<ApiKeyId>,
): Promise<CarriedOut<ApiKeyId>> {
  const before = await lockKey(transaction, scope, id);
  if (!before) return noSuchKey;
  if (before.revokedAt) return { kind: 'done', result: { apiKeyId: id }, wasDone: true };
  const after = await transaction.apiKey.update({ where: { id }, data: { revokedAt: new Date() } });
  return changed(id, { action: 'api_key.revoked', before: shown(before), after: shown(after) });
}

const noSuchKey = notFound('API key');

const changed = (id: string, change: Pick<Change, 'action' | 'before' | 'after'>): CarriedOut<ApiKeyId> => ({
  kind: 'done',
  result: { apiKeyId: id },
  changes: [{ ...change, type: 'api_key', id }],
});

/** A key in the audit log: neither its secret nor the hash of it. */
function shown({ name, prefix, scopes, expiresAt, revokedAt, previousValidUntil }: ApiKeyRow) {
  return {
    ...{ name, prefix, scopes, expiresAt: expiresAt?.toISOString() ?? null },
    ...{ revokedAt: revokedAt?.toISOString() ?? null },
    previousValidUntil: previousValidUntil?.toISOString() ?? null,
  };
}

async function lockKey(
  transaction: CommandTransaction,
  { tenantId, orgId }: TenantScope,
  id: string,
): Promise<ApiKeyRow | null> {
  await transaction.$executeRaw`
    SELECT FROM api_keys WHERE id = ${id}::uuid AND tenant_id = ${tenantId}::uuid AND org_id = ${orgId}::uuid
    FOR NO KEY UPDATE`;
  return transaction.apiKey.findUnique({ where: { id, tenantId, orgId } });
}

/** That a key was used. */
export interface ApiKeyUse {
  readonly apiKeyId: string;
  /** ISO 8601. */
  readonly usedAt: string;
}

/**
 * Keeps when keys were last used, to the minute: a use that is less than a minute after the one that is known is not
 * written, however many gateways tell of it. An older use than the one that is known changes nothing.
 */
export async function recordApiKeyUses(database: Database, uses: readonly ApiKeyUse[]): Promise<void> {
  await database.prisma.$executeRaw`
    UPDATE api_keys SET last_used_at = used.at
    FROM (
      SELECT "apiKeyId" AS id, max("usedAt") AS at
      FROM jsonb_to_recordset(${JSON.stringify(uses)}::jsonb) AS given ("apiKeyId" uuid, "usedAt" timestamptz)
      GROUP BY 1
    ) AS used
    WHERE api_keys.id = used.id AND (last_used_at IS NULL OR used.at >= last_used_at + interval '1 minute')`;
}
