import type { ApiKey, ApiKeyListQuery, ApiKeyPosition, ApiKeyScope, TenantScope } from '@oms/domain';

import type { Database } from '../kit/database.js';
import type { ApiKey as ApiKeyRow, Prisma } from '../generated/client.js';
import { present } from '../kit/present.js';

/** A key that somebody has presented, and whether they did so by the secret that a rotation has replaced. */
export interface PresentedApiKey {
  readonly key: ApiKey;
  readonly isPrevious: boolean;
}

export interface ApiKeyReader {
  /** Whatever state the key is in: whether it may be used is for the caller to say. */
  findByHash(hash: string): Promise<PresentedApiKey | undefined>;
  find(scope: TenantScope, id: string): Promise<ApiKey | undefined>;
  /** Newest first, revoked and expired ones included. */
  list(scope: TenantScope, query: ApiKeyListQuery): Promise<ApiKeyPage>;
}

export interface ApiKeyPage {
  readonly keys: readonly ApiKey[];
  /** Absent on the last page. */
  readonly next?: ApiKeyPosition;
}

/** Reads API keys from PostgreSQL. */
export function createApiKeyReader({ prisma }: Database): ApiKeyReader {
  return {
    async findByHash(hash) {
      const row = await prisma.apiKey.findFirst({ where: { OR: [{ hash }, { previousHash: hash }] } });
      return row ? { key: toApiKey(row), isPrevious: row.hash !== hash } : undefined;
    },
    async find({ tenantId, orgId }, id) {
      const row = await prisma.apiKey.findUnique({ where: { id, tenantId, orgId } });
      return row ? toApiKey(row) : undefined;
    },
    async list({ tenantId, orgId }, { limit, after }) {
      const rows = await prisma.apiKey.findMany({
        where: { tenantId, orgId, ...(after ? behind(after) : {}) },
        orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
        take: limit + 1,
      });
      const keys = rows.slice(0, limit).map(toApiKey);
      const last = keys.at(-1);
      return {
        keys,
        ...(last && rows.length > limit ? { next: { createdAt: last.createdAt, id: last.id } } : {}),
      };
    },
  };
}

/** The first condition bounds what is read of the index, the second is exact. */
function behind({ createdAt, id }: ApiKeyPosition): Prisma.ApiKeyWhereInput {
  return { createdAt: { lte: createdAt }, OR: [{ createdAt: { lt: createdAt } }, { id: { lt: id } }] };
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
