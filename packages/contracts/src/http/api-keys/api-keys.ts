import { apiKeyScopes, maxPreviousSecrets } from '@oms/domain';
import { z } from 'zod';

import { Api } from '../kit/api.js';
import { parseDateTime } from '../kit/date-time.js';
import { defineResource } from '../kit/define-resource.js';
import { namedBodies } from '../kit/named-schemas.js';
import { Permission } from '../kit/permission.js';
import { text } from '../kit/text-schema.js';

const maxGracePeriodSeconds = 7 * 86_400;
const wantedTime = 'must be an ISO 8601 time with an offset, such as 2027-01-31T00:00:00Z';
const timestamp = z.string().nullable().meta({ format: 'date-time' });

const rotateApiKeyBody = z
  .strictObject({
    grace_period_seconds: z
      .int()
      .min(0)
      .max(maxGracePeriodSeconds)
      .nullish()
      .meta({
        description: `How long the secret before is accepted beside the new one. 0 when left out. Refused above 0 while ${maxPreviousSecrets} earlier secrets are accepted.`,
        default: 0,
      }),
  })
  .meta({
    description:
      'Gives the key a new secret. Each earlier secret is accepted until the end of its own grace period.',
  })
  .register(namedBodies, { id: 'RotateApiKey' });

/** API keys: credentials of programs that use the Commerce API. */
export const apiKeys = defineResource({
  noun: 'API key',
  nouns: 'API keys',
  api: Api.Orders,
  tag: 'API keys',
  path: '/api/v1/api-keys/{apiKeyID}',
  id: 'uuid',
  belongsTo: 'organisation',
  permissions: { read: Permission.ApiKeysManage, write: Permission.ApiKeysManage },
  fields: {
    name: text({ minLength: 1, maxLength: 255 }).meta({ description: 'What the key is for.' }),
    scopes: z
      .array(z.enum(apiKeyScopes))
      .min(1)
      .max(apiKeyScopes.length)
      .meta({ description: 'What the key may be used for.' }),
    expires_at: z
      .string()
      .refine((value) => parseDateTime(value) !== undefined, { error: wantedTime })
      .overwrite((value) => parseDateTime(value) ?? value)
      .nullish()
      .meta({
        format: 'date-time',
        description: 'From when on it is refused. It does not expire when left out.',
      }),
  },
  readOnly: {
    prefix: z.string().meta({ description: 'How the secret begins.' }),
    status: z.enum(['active', 'expired', 'revoked']),
    created_by: z.string(),
    revoked_at: timestamp,
    rotated_at: timestamp,
    previous_secrets: z
      .array(
        z.strictObject({
          prefix: z.string().meta({ description: 'How the secret begins.' }),
          valid_until: z.string().meta({ format: 'date-time' }),
        }),
      )
      .meta({
        description: 'Earlier secrets that are still accepted, the latest replaced first. Revoking ends all.',
      }),
    last_used_at: timestamp.meta({ description: 'To about a minute.' }),
  },
  secret: z.string().nullable().meta({
    description:
      'The key itself. Shown once: it is kept nowhere. Null in the answer to a repeated request; rotate the key if the first answer was lost.',
  }),
  operations: {
    list: {
      summary: 'List API keys, without their secrets',
      description: 'Newest first, expired and revoked ones too. Follow `next_cursor` to read all of them.',
    },
    create: {
      description:
        'A key for a program that uses the Commerce API. Its secret is shown once, in this answer.',
    },
  },
  actions: {
    rotate: {
      summary: 'Give a key a new secret',
      past: 'rotated',
      body: { schema: rotateApiKeyBody, example: { grace_period_seconds: 3600 }, isOptional: true },
      showsSecret: true,
    },
    revoke: { summary: 'End a key for good', past: 'revoked' },
  },
  example: {
    name: 'storefront',
    prefix: 'sk_Zk3xW9aQ',
    scopes: ['order:read', 'order:write'],
    status: 'active',
    created_by: 'user-1',
    previous_secrets: [{ prefix: 'sk_p7Qm2LdV', valid_until: '2026-11-21T10:00:00.000Z' }],
    expires_at: '2027-11-21T00:00:00.000Z',
    secret: 'sk_Zk3xW9aQ…',
  },
});
