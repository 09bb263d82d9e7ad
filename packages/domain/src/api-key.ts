/** What an API key may be used for. */
export const ApiKeyScope = { OrderRead: 'order:read', OrderWrite: 'order:write' } as const;
export type ApiKeyScope = (typeof ApiKeyScope)[keyof typeof ApiKeyScope];

/** Every scope. */
export const apiKeyScopes: readonly ApiKeyScope[] = Object.values(ApiKeyScope);
