import type { Actor, ApiKeyScope, TenantScope } from '@oms/domain';

import type { Database } from './database.js';
import { Prisma } from './generated/client.js';

export interface ApiKeyRef extends TenantScope {
  readonly id: string;
}

/** A secret, as far as anybody but its holder ever knows it. */
export interface ApiKeyDigest {
  readonly prefix: string;
  /** SHA-256 in hexadecimal. */
  readonly hash: string;
}

export interface NewApiKey extends ApiKeyRef, ApiKeyDigest {
  readonly name: string;
  readonly scopes: readonly ApiKeyScope[];
  /** ISO 8601. */
  readonly expiresAt?: string;
}

/** `ended`: the key is revoked or has expired, and stays so. */
export type ApiKeyChangeResult =
  { readonly kind: 'changed' } | { readonly kind: 'ended' } | { readonly kind: 'not_found' };

/** Makes a key. Making it again changes nothing. */
export async function createApiKey(database: Database, key: NewApiKey, actor: Actor): Promise<void> {
  await database.prisma.$executeRaw`
    WITH changed AS (
      INSERT INTO api_keys (id, tenant_id, org_id, name, prefix, hash, scopes, expires_at, created_by)
      VALUES (${key.id}::uuid, ${key.tenantId}::uuid, ${key.orgId}::uuid, ${key.name}, ${key.prefix}, ${key.hash},
        ${[...key.scopes]}, ${key.expiresAt ?? null}::timestamptz, ${actor.id})
      ON CONFLICT (id) DO NOTHING
      RETURNING id, tenant_id, org_id
    ) ${audit('api_key.created', actor, { name: key.name, prefix: key.prefix, scopes: key.scopes })}`;
}

/**
 * Gives a key a new secret. The one before it is accepted until `previousValidUntil`, and the one before that no
 * longer. Doing it again with the same secret changes nothing.
 */
export function rotateApiKey(
  database: Database,
  ref: ApiKeyRef,
  { prefix, hash, previousValidUntil }: ApiKeyDigest & { readonly previousValidUntil: string },
  actor: Actor,
): Promise<ApiKeyChangeResult> {
  return change(database, {
    ref,
    set: Prisma.sql`
      previous_hash = api_keys.hash, previous_valid_until = ${previousValidUntil}::timestamptz,
      hash = ${hash}, prefix = ${prefix}, rotated_at = now()`,
    unless: Prisma.sql`hash = ${hash} OR previous_hash = ${hash}`,
    audit: audit('api_key.rotated', actor, { prefix, previousValidUntil }),
  });
}

/** Ends a key, its previous secret included. A key that has expired can be revoked too; again, it changes nothing. */
export function revokeApiKey(database: Database, ref: ApiKeyRef, actor: Actor): Promise<ApiKeyChangeResult> {
  return change(database, {
    ref,
    set: Prisma.sql`revoked_at = now(), previous_valid_until = least(previous_valid_until, now())`,
    unless: Prisma.sql`revoked_at IS NOT NULL`,
    evenIfExpired: true,
    audit: audit('api_key.revoked', actor, {}),
  });
}

async function change(
  database: Database,
  wanted: {
    readonly ref: ApiKeyRef;
    readonly set: Prisma.Sql;
    /** When it was done before. */
    readonly unless: Prisma.Sql;
    readonly evenIfExpired?: boolean;
    readonly audit: Prisma.Sql;
  },
): Promise<ApiKeyChangeResult> {
  const { id, tenantId, orgId } = wanted.ref;
  const [row] = await database.prisma.$queryRaw<{ is_done: boolean; is_ended: boolean }[]>`
    WITH target AS (
      SELECT *, coalesce(${wanted.unless}, false) AS is_done,
        revoked_at IS NOT NULL OR (NOT ${wanted.evenIfExpired === true} AND coalesce(expires_at <= now(), false)) AS is_ended
      FROM api_keys
      WHERE id = ${id}::uuid AND tenant_id = ${tenantId}::uuid AND org_id = ${orgId}::uuid
      FOR NO KEY UPDATE
    ), changed AS (
      UPDATE api_keys SET ${wanted.set} FROM target
      WHERE api_keys.id = target.id AND NOT target.is_done AND NOT target.is_ended
      RETURNING api_keys.id, api_keys.tenant_id, api_keys.org_id
    ), audited AS (${wanted.audit})
    SELECT is_done, is_ended FROM target`;
  if (!row) return { kind: 'not_found' };
  return row.is_done || !row.is_ended ? { kind: 'changed' } : { kind: 'ended' };
}

function audit(action: string, actor: Actor, data: Readonly<Record<string, unknown>>): Prisma.Sql {
  return Prisma.sql`
    INSERT INTO audit_log (tenant_id, org_id, actor_type, actor_id, action, resource_type, resource_id, data)
    SELECT tenant_id, org_id, ${actor.type}, ${actor.id}, ${action}, 'api_key', id, ${JSON.stringify(data)}::jsonb
    FROM changed`;
}

export interface ApiKeyUse {
  readonly id: string;
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
      SELECT id, max("usedAt") AS at FROM jsonb_to_recordset(${JSON.stringify(uses)}::jsonb) AS given (id uuid, "usedAt" timestamptz)
      GROUP BY id
    ) AS used
    WHERE api_keys.id = used.id AND (last_used_at IS NULL OR used.at >= last_used_at + interval '1 minute')`;
}
