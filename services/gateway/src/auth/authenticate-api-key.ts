import { apiKeyMark, hashOfApiKey, permissionOfScope, scopeOf, type Permission } from '@oms/contracts/http';
import { isDatabaseAway, type ApiKeyReader, type PresentedApiKey } from '@oms/database';
import { RefusalCode, type ApiKey } from '@oms/domain';

import { HttpRefusal } from '../http/refuse.js';
import { createRemembered } from '../remembered.js';
import type { Authenticate, IdentityHeaders } from './authenticate.js';
import type { Principal } from './principal.js';

export interface AuthenticateApiKeyDeps {
  readonly apiKeys: Pick<ApiKeyReader, 'findByHash'>;
  /** Called for each use of an accepted key. */
  readonly onUse: (apiKeyId: string, at: Date) => void;
  /** The time for which a found key is cached. A revocation takes effect after this time at the latest. */
  readonly cacheMs: number;
  /** The time for which a found key is still accepted while the database is away. */
  readonly awayMs: number;
  readonly clock: () => Date;
}

// Somewhat longer than any key. Longer texts are refused without being hashed.
const longestKey = 128;

/**
 * Makes the authentication of the Commerce API: `Authorization: Bearer sk_…` or `X-Api-Key`. Authentication throws an
 * HttpRefusal with 401 for a missing, unknown, expired or revoked key. While the database is away, a recently used
 * key is still accepted, so that orders can be placed; for any other key, the error of the database is thrown.
 */
export function createAuthenticateApiKey(deps: AuthenticateApiKeyDeps): Authenticate {
  const remembered = createRemembered<PresentedApiKey>(() => deps.clock().getTime());

  async function find(hash: string): Promise<PresentedApiKey | undefined> {
    const cached = remembered.get(hash, deps.cacheMs);
    if (cached) return cached;
    let found: PresentedApiKey | undefined;
    try {
      found = await deps.apiKeys.findByHash(hash);
    } catch (error) {
      const known = isDatabaseAway(error) ? remembered.get(hash, deps.awayMs) : undefined;
      if (known) return known;
      throw error;
    }
    // Does not cache absence: a new key must work at once, and guessed keys must not fill the memory.
    if (found) remembered.set(hash, found);
    else remembered.forget(hash);
    return found;
  }

  return async (headers) => {
    const now = deps.clock();
    const found = await find(hashOfApiKey(presentedKey(headers)));
    if (!found) throw invalidAuth('the API key is not known');
    assertUsable(found, now);
    deps.onUse(found.key.id, now);
    return principalOf(found.key);
  };
}

/** @throws HttpRefusal that names the scope, if the key does not have it */
export function assertScope({ permissions }: Principal, permission: Permission): void {
  if (permissions.has(permission)) return;
  throw invalidAuth(`the API key lacks the '${scopeOf(permission) ?? permission}' permission`);
}

function presentedKey({ authorization, apiKey }: IdentityHeaders): string {
  const bearer = authorization === undefined ? undefined : bearerKey(authorization);
  if (bearer !== undefined && apiKey !== undefined && bearer !== apiKey) {
    throw invalidAuth('the Authorization and X-Api-Key headers name different API keys');
  }
  const key = bearer ?? apiKey;
  if (key === undefined) throw invalidAuth('an API key is required: Authorization: Bearer sk_… or X-Api-Key');
  if (!key.startsWith(apiKeyMark) || key.length > longestKey) throw invalidAuth('the API key is not known');
  return key;
}

function bearerKey(authorization: string): string {
  const key = /^Bearer +([^\s]+) *$/i.exec(authorization)?.[1];
  if (key === undefined) throw invalidAuth('the Authorization header must be a Bearer API key');
  return key;
}

function assertUsable({ key, secretValidUntil }: PresentedApiKey, now: Date): void {
  const isOver = (time: string | undefined): boolean =>
    time !== undefined && Date.parse(time) <= now.getTime();
  if (key.revokedAt !== undefined) throw invalidAuth('the API key is revoked');
  if (isOver(key.expiresAt)) throw invalidAuth('the API key has expired');
  if (isOver(secretValidUntil)) {
    throw invalidAuth('the API key has expired: it was replaced by a newer one');
  }
}

function principalOf({ id, tenantId, orgId, scopes }: ApiKey): Principal {
  const permissions = scopes.map((scope) => permissionOfScope[scope]);
  return {
    subject: id,
    actorType: 'api_key',
    scope: { tenantId, orgId },
    permissions: new Set(permissions),
  };
}

function invalidAuth(message: string): HttpRefusal {
  return new HttpRefusal(RefusalCode.InvalidAuth, message, { headers: { 'WWW-Authenticate': 'Bearer' } });
}
