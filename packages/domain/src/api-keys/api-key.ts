import type { TenantScope } from '../kit/scope.js';

/** A permission of an API key. */
export const ApiKeyScope = { OrderRead: 'order:read', OrderWrite: 'order:write' } as const;
export type ApiKeyScope = (typeof ApiKeyScope)[keyof typeof ApiKeyScope];

/** The number of earlier secrets of a key that are accepted at the same time. */
export const maxPreviousSecrets = 5;

export const apiKeyScopes: readonly ApiKeyScope[] = Object.values(ApiKeyScope);

/** A program's API key, without the secret: only the holder has it. Times are ISO 8601 in UTC. */
export interface ApiKey extends TenantScope {
  readonly id: string;
  readonly name: string;
  /** The first characters of the secret, for its holder to recognise the key. */
  readonly prefix: string;
  readonly scopes: readonly ApiKeyScope[];
  readonly createdAt: string;
  readonly createdBy: string;
  readonly expiresAt?: string;
  readonly revokedAt?: string;
  readonly rotatedAt?: string;
  /** Precise to the minute. */
  readonly lastUsedAt?: string;
}
