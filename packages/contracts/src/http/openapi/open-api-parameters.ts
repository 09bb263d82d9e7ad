import { Api } from '../kit/api.js';
import { idempotencyKeyPattern } from '../kit/parse-operation.js';
import type { OpenApiObject } from './open-api-schemas.js';

/** The headers of requests, to which operations refer. */
export const componentParameters = {
  TenantId: {
    name: 'X-Tenant-ID',
    in: 'header',
    required: true,
    description: 'UUID of your tenant. Must be the token’s.',
    schema: { type: 'string', format: 'uuid' },
  },
  OrgId: {
    name: 'X-Org-ID',
    in: 'header',
    required: true,
    description: 'UUID of your organization. Must be the token’s.',
    schema: { type: 'string', format: 'uuid' },
  },
  RequestId: {
    name: 'X-Request-Id',
    in: 'header',
    required: false,
    description:
      'Your own id of the request, for the logs. Replaced when it is anything but a short plain text.',
    schema: { type: 'string', pattern: '^[A-Za-z0-9._-]{1,64}$' },
  },
  IdempotencyKey: {
    name: 'Idempotency-Key',
    in: 'header',
    required: false,
    description:
      'Makes the change once: sent again under the same key nothing more happens, and it is answered with what it made, as that is by then; another request under it is refused. While the first is still being carried out, the second waits for the same answer, or is a 202 or 503.',
    schema: { type: 'string', minLength: 1, maxLength: 255, pattern: idempotencyKeyPattern.source },
  },
} satisfies Record<string, OpenApiObject>;

export const parameterReference = (name: keyof typeof componentParameters): OpenApiObject => ({
  $ref: `#/components/parameters/${name}`,
});

/** The headers of each API's requests. */
export const headersOfApi: Readonly<Record<Api, readonly OpenApiObject[]>> = {
  [Api.Orders]: [
    parameterReference('TenantId'),
    parameterReference('OrgId'),
    parameterReference('RequestId'),
  ],
  [Api.Sales]: [parameterReference('RequestId')],
  [Api.Commerce]: [],
  [Api.Webhooks]: [],
  [Api.Links]: [],
};
