import type { TenantScope } from '../kit/scope.js';

/** What an API key may be used for. */
export const ApiKeyScope = { OrderRead: 'order:read', OrderWrite: 'order:write' } as const;
export type ApiKeyScope = (typeof ApiKeyScope)[keyof typeof ApiKeyScope];

/** Every scope. */
export const apiKeyScopes: readonly ApiKeyScope[] = Object.values(ApiKeyScope);

/** Which API keys to list, the newest first. */
export interface ApiKeyListQuery {
  /** 1 to 100. */
  readonly limit: number;
  readonly after?: ApiKeyPosition;
}

/** Where the next page of API keys begins: after this one. */
export interface ApiKeyPosition {
  /** ISO 8601 in UTC with milliseconds: no more is kept. */
  readonly createdAt: string;
  readonly id: string;
}

/** A program's key, without its secret, which nobody has but its holder. Times are ISO 8601 in UTC. */
export interface ApiKey extends TenantScope {
  readonly id: string;
  readonly name: string;
  /** How the secret begins, by which its holder knows it. */
  readonly prefix: string;
  readonly scopes: readonly ApiKeyScope[];
  readonly createdAt: string;
  readonly createdBy: string;
  readonly expiresAt?: string;
  readonly revokedAt?: string;
  readonly rotatedAt?: string;
  /** Until when the secret before the last rotation is accepted. */
  readonly previousValidUntil?: string;
  /** To the minute. */
  readonly lastUsedAt?: string;
}
