import type { ApiKey, ApiKeyScope } from '@oms/domain';

import type { Database } from '../kit/database.js';
import type { ApiKey as ApiKeyRow } from '../generated/client.js';
import { present } from '../kit/present.js';

/** A key that a program has presented. */
export interface PresentedApiKey {
  readonly key: ApiKey;
  /** ISO 8601: the end of the presented secret's grace period, if a rotation has replaced it. */
  readonly secretValidUntil?: string;
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
      const row = await prisma.apiKey.findUnique({ where: { hash } });
      if (row) return { key: toApiKey(row) };
      // Read afterwards: a rotation between the two reads moves the secret here.
      const previous = await prisma.previousApiKeySecret.findUnique({
        where: { hash },
        include: { apiKey: true },
      });
      return previous
        ? { key: toApiKey(previous.apiKey), secretValidUntil: previous.validUntil.toISOString() }
        : undefined;
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
    ...present('lastUsedAt', row.lastUsedAt?.toISOString()),
  };
}
