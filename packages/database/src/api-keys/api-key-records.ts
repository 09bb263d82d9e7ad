import type {
  ApiKeyUse,
  CommandDenial,
  CommandInput,
  CommandOutcome,
  CommandKind,
} from '@oms/contracts/temporal';

import type { CommandTransaction } from '../kit/commands.js';
import type { Database } from '../kit/database.js';
import { Prisma } from '../generated/client.js';

/** Makes an API key, inside of its command's transaction. */
export async function insertApiKey(
  transaction: CommandTransaction,
  input: CommandInput<'create_api_key'>,
): Promise<CommandOutcome<'create_api_key'>> {
  const { apiKeyId, name, prefix, hash, scopes, expiresAt } = input.request;
  await transaction.$executeRaw`
    WITH changed AS (
      INSERT INTO api_keys (id, tenant_id, org_id, name, prefix, hash, scopes, expires_at, created_by)
      VALUES (${apiKeyId}::uuid, ${input.tenantId}::uuid, ${input.orgId}::uuid, ${name}, ${prefix}, ${hash},
        ${[...scopes]}, ${expiresAt ?? null}::timestamptz, ${input.actor.id})
      RETURNING id, tenant_id, org_id
    ) ${audit(input, 'api_key.created', { name, prefix, scopes })}`;
  return { kind: 'done', result: { apiKeyId, hash } };
}

/**
 * Gives a key a new secret, inside of its command's transaction. The one before it is accepted for the grace period,
 * and the one before that no longer.
 */
export async function rotateApiKey(
  transaction: CommandTransaction,
  input: CommandInput<'rotate_api_key'>,
): Promise<CommandOutcome<'rotate_api_key'>> {
  const { apiKeyId, prefix, hash, gracePeriodSeconds } = input.request;
  const key = await lockedKey(transaction, input, apiKeyId);
  if (!key) return notFound;
  if (key.is_revoked) return notAllowed('the API key is revoked; create another one');
  if (key.is_expired) return notAllowed('the API key has expired; create another one');
  await transaction.$executeRaw`
    WITH changed AS (
      UPDATE api_keys SET
        previous_hash = hash, previous_valid_until = now() + make_interval(secs => ${gracePeriodSeconds}),
        hash = ${hash}, prefix = ${prefix}, rotated_at = now()
      WHERE id = ${apiKeyId}::uuid
      RETURNING id, tenant_id, org_id
    ) ${audit(input, 'api_key.rotated', { prefix, gracePeriodSeconds })}`;
  return { kind: 'done', result: { apiKeyId, hash } };
}

/** Ends a key for good, its previous secret included, inside of its command's transaction. */
export async function revokeApiKey(
  transaction: CommandTransaction,
  input: CommandInput<'revoke_api_key'>,
): Promise<CommandOutcome<'revoke_api_key'>> {
  const { apiKeyId } = input.request;
  const key = await lockedKey(transaction, input, apiKeyId);
  if (!key) return notFound;
  if (key.is_revoked) return { kind: 'done', result: { apiKeyId }, wasDone: true };
  await transaction.$executeRaw`
    WITH changed AS (
      UPDATE api_keys SET revoked_at = now() WHERE id = ${apiKeyId}::uuid RETURNING id, tenant_id, org_id
    ) ${audit(input, 'api_key.revoked', {})}`;
  return { kind: 'done', result: { apiKeyId } };
}

const notFound: CommandDenial = { kind: 'denied', why: 'not_found', message: 'there is no such API key' };
const notAllowed = (message: string): CommandDenial => ({ kind: 'denied', why: 'not_allowed', message });

async function lockedKey(
  transaction: CommandTransaction,
  { tenantId, orgId }: CommandInput,
  id: string,
): Promise<{ readonly is_revoked: boolean; readonly is_expired: boolean } | undefined> {
  const [row] = await transaction.$queryRaw<{ is_revoked: boolean; is_expired: boolean }[]>`
    SELECT revoked_at IS NOT NULL AS is_revoked, coalesce(expires_at <= now(), false) AS is_expired FROM api_keys
    WHERE id = ${id}::uuid AND tenant_id = ${tenantId}::uuid AND org_id = ${orgId}::uuid
    FOR NO KEY UPDATE`;
  return row;
}

function audit<Kind extends CommandKind>(
  { actor }: CommandInput<Kind>,
  action: string,
  data: Readonly<Record<string, unknown>>,
): Prisma.Sql {
  return Prisma.sql`
    INSERT INTO audit_log (tenant_id, org_id, actor_type, actor_id, action, resource_type, resource_id, data)
    SELECT tenant_id, org_id, ${actor.type}, ${actor.id}, ${action}, 'api_key', id, ${JSON.stringify(data)}::jsonb
    FROM changed`;
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
