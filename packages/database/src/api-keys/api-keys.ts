import { randomBytes } from 'node:crypto';

import { apiKeyOf, apiKeys, invalidRequest } from '@oms/contracts/http';
import { apiKeyScopes, maxPreviousSecrets, refusal, RefusalCode, refusalIn } from '@oms/domain';

import { Prisma } from '../generated/client.js';
import type { Database } from '../kit/database.js';
import { defineStore } from '../kit/define-store.js';

const ended = (reason: string) =>
  refusal(RefusalCode.TransitionNotAllowed, `the API key ${reason}; create another one`);

const tooManySecrets = refusal(
  RefusalCode.TransitionNotAllowed,
  `${maxPreviousSecrets} earlier secrets of the API key are still accepted; rotate it without a grace period, or after one of them has ended`,
  { field: 'grace_period_seconds' },
);

/** API keys. The database has the SHA-256 of a secret and how the secret begins. */
export const apiKeyStore = defineStore(apiKeys, {
  table: 'api_keys',
  hidden: ['hash'],
  computed: {
    status: Prisma.sql`CASE WHEN revoked_at IS NOT NULL THEN 'revoked' WHEN expires_at <= now() THEN 'expired' ELSE 'active' END`,
    previous_secrets: Prisma.sql`(
      SELECT coalesce(jsonb_agg(jsonb_build_object('prefix', kept.prefix, 'valid_until',
        to_char(kept.valid_until AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) ORDER BY kept.replaced_at DESC), '[]')
      FROM previous_api_key_secrets AS kept
      WHERE kept.api_key_id = api_keys.id AND kept.valid_until > greatest(now(), kept.replaced_at))`,
  },
  makeSecret() {
    const { secret, ...columns } = apiKeyOf(randomBytes(32));
    return { secret, columns };
  },
  onCreate({ scopes, expires_at }, { actor, now }) {
    if (expires_at !== null && Date.parse(expires_at) <= now.getTime()) {
      return refusalIn(invalidRequest('expires_at must be in the future', 'expires_at'));
    }
    return { created_by: actor.id, scopes: apiKeyScopes.filter((scope) => scopes.includes(scope)) };
  },
  actions: {
    /** The replaced secret is accepted for the grace period. Secrets before it keep the time that they were given. */
    async rotate({ id, revoked_at, expires_at }, { grace_period_seconds }, { transaction, now }) {
      if (revoked_at !== null) return ended('is revoked');
      if (expires_at !== null && Date.parse(expires_at) <= now.getTime()) return ended('has expired');
      const graceMs = (grace_period_seconds ?? 0) * 1_000;
      const { previousApiKeySecret: previous } = transaction;
      await previous.deleteMany({ where: { apiKeyId: id, validUntil: { lte: now } } });
      if (graceMs > 0 && (await previous.count({ where: { apiKeyId: id } })) >= maxPreviousSecrets) {
        return tooManySecrets;
      }
      await transaction.$executeRaw`
        INSERT INTO previous_api_key_secrets (hash, api_key_id, prefix, replaced_at, valid_until)
        SELECT hash, id, prefix, ${now}, ${new Date(now.getTime() + graceMs)} FROM api_keys WHERE id = ${id}::uuid`;
      return { rotated_at: now.toISOString() };
    },
    /** Ends all secrets. */
    revoke: ({ revoked_at }, _, { now }) => (revoked_at === null ? { revoked_at: now.toISOString() } : {}),
  },
});

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
