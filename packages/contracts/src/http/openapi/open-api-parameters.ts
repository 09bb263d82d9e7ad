import type { OpenApiObject } from './open-api-schemas.js';

/** What the `Idempotency-Key` header may be: 1 to 255 printable ASCII characters, without spaces around them. */
export const idempotencyKeyPattern = /^[\x21-\x7e]([\x20-\x7e]{0,253}[\x21-\x7e])?$/;

/** The parameters that operations refer to. */
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
      'Makes the change once: sent again under the same key nothing more happens, and it is answered with what it made, as that is by then; another request under it is refused. While the first is still being carried out, the second waits for the same answer, or is a 202.',
    schema: { type: 'string', minLength: 1, maxLength: 255, pattern: idempotencyKeyPattern.source },
  },
  OrderId: {
    name: 'orderID',
    in: 'path',
    required: true,
    description: 'UUID of the order.',
    schema: { type: 'string', format: 'uuid' },
    example: 'a1b2c3d4-e5f6-7890-abcd-ef1234567890',
  },
} satisfies Record<string, OpenApiObject>;

const reference = (name: keyof typeof componentParameters): OpenApiObject => ({
  $ref: `#/components/parameters/${name}`,
});

export const requestIdParameter = reference('RequestId');
export const idempotencyKeyParameter = reference('IdempotencyKey');
export const orderIdParameter = reference('OrderId');

/** The headers of every request that a tenant's own token does not say enough for. */
export const tenantParameters = [reference('TenantId'), reference('OrgId'), requestIdParameter];

/** An id in a path that is no UUID. What does not look like one is the id of nothing: 404. */
export const pathParameter = (name: string, description: string, pattern: RegExp): OpenApiObject => ({
  ...{ name, in: 'path', required: true, description, schema: { type: 'string', pattern: pattern.source } },
});

/** The ids that a path names beside the order's. */
export function partParameters(path: string): readonly OpenApiObject[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    description: 'UUID, as it was answered when it was made.',
    schema: { type: 'string', format: 'uuid' },
  }));
}
