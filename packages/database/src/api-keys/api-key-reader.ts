import type { ApiKey, ApiKeyScope } from '@oms/domain';

import type { Database } from '../kit/database.js';
import type { ApiKey as ApiKeyRow } from '../generated/client.js';
import { present } from '../kit/present.js';

/** A key that somebody has presented, and whether they did so by the secret that a rotation has replaced. */
export interface PresentedApiKey {
  readonly key: ApiKey;
  readonly isPrevious: boolean;
}

/** Reads the keys that programs present. */
export interface ApiKeyReader {
  /** Finds a key in any state: the caller decides whether it may be used. */
  findByHash(hash: string): Promise<PresentedApiKey | undefined>;
}

/** Reads API keys from PostgreSQL. */
export function createApiKeyReader({ prisma }: Database): ApiKeyReader {
  return {
    async findByHash(hash) {
      const row = await prisma.apiKey.findFirst({ where: { OR: [{ hash }, { previousHash: hash }] } });
      return row ? { key: toApiKey(row), isPrevious: row.hash !== hash } : undefined;
    },
  };
}

function toApiKey(row: ApiKeyRow): ApiKey {
  return {
    id: row.id,
    tenantId: row.tenantId,
    orgId: row.orgId,
    name: row.name,
    prefix: row.prefix,
    scopes: row.scopes as ApiKeyScope[], // Held to these words by a check constraint.
    createdAt: row.createdAt.toISOString(),
    createdBy: row.createdBy,
    ...present('expiresAt', row.expiresAt?.toISOString()),
    ...present('revokedAt', row.revokedAt?.toISOString()),
    ...present('rotatedAt', row.rotatedAt?.toISOString()),
    ...present('previousValidUntil', row.previousValidUntil?.toISOString()),
    ...present('lastUsedAt', row.lastUsedAt?.toISOString()),
  };
}
