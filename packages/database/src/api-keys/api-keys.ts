import { randomBytes } from 'node:crypto';

import { apiKeyOf, apiKeys, invalidRequest } from '@oms/contracts/http';
import { apiKeyScopes, refusal, RefusalCode, refusalIn } from '@oms/domain';

import { Prisma } from '../generated/client.js';
import type { Database } from '../kit/database.js';
import { defineStore } from '../kit/define-store.js';

const ended = (reason: string) =>
  refusal(RefusalCode.TransitionNotAllowed, `the API key ${reason}; create another one`);

/** API keys. The database has the SHA-256 of a secret and how the secret begins. */
export const apiKeyStore = defineStore(apiKeys, {
  table: 'api_keys',
  hidden: ['hash', 'previous_hash'],
  computed: {
    status: Prisma.sql`CASE WHEN revoked_at IS NOT NULL THEN 'revoked' WHEN expires_at <= now() THEN 'expired' ELSE 'active' END`,
    previous_secret_valid_until: Prisma.sql`previous_valid_until`,
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
    /** The previous secret is accepted for the grace period, and the one before that no longer. */
    rotate({ revoked_at, expires_at, hash }, { grace_period_seconds }, { now }) {
      if (revoked_at !== null) return ended('is revoked');
      if (expires_at !== null && Date.parse(expires_at) <= now.getTime()) return ended('has expired');
      const validUntil = new Date(now.getTime() + (grace_period_seconds ?? 0) * 1_000).toISOString();
      return { rotated_at: now.toISOString(), previous_hash: hash, previous_valid_until: validUntil };
    },
    /** Ends both secrets. */
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
