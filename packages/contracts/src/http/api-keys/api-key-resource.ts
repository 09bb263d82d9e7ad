import {
  apiKeyScopes,
  type ApiKey,
  type ApiKeyListQuery,
  type ApiKeyPosition,
  type ApiKeyScope,
  type TenantScope,
} from '@oms/domain';
import { z } from 'zod';

import { parseDateTime } from '../kit/date-time.js';
import { listCursor, listLimit } from '../kit/list-parameters.js';
import { decodeCursor, encodeCursor, foreignCursor } from '../kit/list-cursor.js';
import { invalidRequest } from '../kit/invalid-request.js';
import { text } from '../kit/text-schema.js';
import { namedBodies, namedResources } from '../kit/named-schemas.js';

const maxGracePeriodSeconds = 7 * 86_400;

const wantedTime = 'must be an ISO 8601 time with an offset, such as 2027-01-31T00:00:00Z';

/** The body of `POST /api/v1/api-keys`. */
export const createApiKeyBody = z
  .strictObject({
    name: text({ minLength: 1, maxLength: 255 }).meta({ description: 'What the key is for.' }),
    scopes: z
      .array(z.enum(apiKeyScopes))
      .min(1)
      .max(apiKeyScopes.length)
      .meta({ description: 'What the key may be used for.' }),
    expires_at: z
      .string()
      .refine((value) => parseDateTime(value) !== undefined, { error: wantedTime })
      .nullish()
      .meta({
        format: 'date-time',
        description: 'From when on it is refused. It does not expire when left out.',
      }),
  })
  .meta({ description: 'A key for a program that uses the Commerce API.' })
  .register(namedBodies, { id: 'CreateApiKey' });

/** The body of `POST /api/v1/api-keys/{apiKeyID}/rotate`. It may be left out. */
export const rotateApiKeyBody = z
  .strictObject({
    grace_period_seconds: z.int().min(0).max(maxGracePeriodSeconds).nullish().meta({
      description: 'How long the secret before is accepted beside the new one. 0 when left out.',
      default: 0,
    }),
  })
  .meta({ description: 'Gives the key a new secret.' })
  .register(namedBodies, { id: 'RotateApiKey' });

const timestamp = z.string().nullable().meta({ format: 'date-time' });

/** An API key, without its secret. */
export const apiKeyResource = z
  .strictObject({
    id: z.string().meta({ format: 'uuid' }),
    name: z.string(),
    prefix: z.string().meta({ description: 'How the secret begins.' }),
    scopes: z.array(z.enum(apiKeyScopes)),
    status: z.enum(['active', 'expired', 'revoked']),
    created_at: z.string().meta({ format: 'date-time' }),
    created_by: z.string(),
    expires_at: timestamp,
    revoked_at: timestamp,
    rotated_at: timestamp,
    previous_secret_valid_until: timestamp,
    last_used_at: timestamp.meta({ description: 'To about a minute.' }),
  })
  .register(namedResources, { id: 'ApiKey' });

/** An API key that has just got its secret. */
export const apiKeyWithSecretResource = apiKeyResource
  .extend({
    secret: z.string().nullable().meta({
      description:
        'The key itself. Shown once: it is kept nowhere. Null in the answer to a repeated request; rotate the key if the first answer was lost.',
    }),
  })
  .register(namedResources, { id: 'ApiKeyWithSecret' });

/** A page of API keys. */
export const apiKeyListResource = z
  .strictObject({
    api_keys: z.array(apiKeyResource).meta({ description: 'Newest first.' }),
    limit: z.int(),
    next_cursor: z
      .string()
      .nullable()
      .meta({ description: 'The `cursor` of the next page. Null on the last page.' }),
  })
  .register(namedResources, { id: 'ApiKeyList' });

/** The parameters of `GET /api/v1/api-keys`. */
export const listApiKeysParameters = z.strictObject({
  limit: listLimit.meta({ description: 'How many keys a page has.' }),
  cursor: listCursor.meta({ description: 'The `next_cursor` of an earlier page.' }),
});

export type ApiKeyResource = z.output<typeof apiKeyResource>;

/** @throws RefusedError for a key that would have expired before it was made */
export function toCreateApiKey(
  { name, scopes, expires_at }: z.output<typeof createApiKeyBody>,
  now: Date,
): { readonly name: string; readonly scopes: readonly ApiKeyScope[]; readonly expiresAt?: string } {
  const expiresAt = typeof expires_at === 'string' ? parseDateTime(expires_at) : undefined;
  if (expiresAt !== undefined && Date.parse(expiresAt) <= now.getTime()) {
    throw invalidRequest('expires_at must be in the future', 'expires_at');
  }
  const unique = apiKeyScopes.filter((scope) => scopes.includes(scope));
  return { name, scopes: unique, ...(expiresAt === undefined ? {} : { expiresAt }) };
}

/** @throws RefusedError for a cursor of another list */
export function toListApiKeys({ limit, cursor }: z.output<typeof listApiKeysParameters>): ApiKeyListQuery {
  if (cursor === undefined) return { limit };
  const after = decodeCursor(cursor);
  if (!('createdAt' in after)) throw foreignCursor();
  return { limit, after };
}

/** Renders a page of keys as they are at that time. */
export function renderApiKeyList(
  { keys, next }: { readonly keys: readonly ApiKey[]; readonly next?: ApiKeyPosition },
  { limit }: { readonly limit: number },
  now: Date,
): z.output<typeof apiKeyListResource> {
  return {
    api_keys: keys.map((key) => renderApiKey(key, now)),
    limit,
    next_cursor: next ? encodeCursor(next) : null,
  };
}

export function toRotateApiKey({ grace_period_seconds: seconds }: z.output<typeof rotateApiKeyBody>) {
  return { gracePeriodSeconds: seconds ?? 0 };
}

/** Renders a key as it is at that time. */
export function renderApiKey(key: Omit<ApiKey, keyof TenantScope>, now: Date): ApiKeyResource {
  return {
    id: key.id,
    name: key.name,
    prefix: key.prefix,
    scopes: [...key.scopes],
    status: statusOf(key, now),
    created_at: key.createdAt,
    created_by: key.createdBy,
    expires_at: key.expiresAt ?? null,
    revoked_at: key.revokedAt ?? null,
    rotated_at: key.rotatedAt ?? null,
    previous_secret_valid_until: key.previousValidUntil ?? null,
    last_used_at: key.lastUsedAt ?? null,
  };
}

function statusOf(
  { revokedAt, expiresAt }: Pick<ApiKey, 'revokedAt' | 'expiresAt'>,
  now: Date,
): ApiKeyResource['status'] {
  if (revokedAt !== undefined) return 'revoked';
  return expiresAt !== undefined && Date.parse(expiresAt) <= now.getTime() ? 'expired' : 'active';
}
