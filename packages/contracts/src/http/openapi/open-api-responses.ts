import { renderAcceptedOrder } from '../orders/render-order.js';
import type { OpenApiObject, SchemaName } from './open-api-schemas.js';
import { schemaReference } from './open-api-schemas.js';

/** How many requests an address may make, as the documentation says it. */
export interface DocumentedRateLimit {
  readonly max: number;
  /** And how many a token's subject or an API key, where that is limited. */
  readonly principalMax?: number;
  readonly windowMs: number;
}

const headerReference = (name: string): OpenApiObject => ({ $ref: `#/components/headers/${name}` });

const headersOfEveryResponse = {
  'X-Request-Id': headerReference('RequestId'),
  'X-RateLimit-Limit': headerReference('RateLimitLimit'),
  'X-RateLimit-Remaining': headerReference('RateLimitRemaining'),
};

/** The headers that responses refer to. */
export function componentHeaders(rateLimit: DocumentedRateLimit): OpenApiObject {
  return {
    RequestId: {
      description:
        'The id of the request, as it is in the logs: the client’s own X-Request-Id, or a new one.',
      schema: { type: 'string' },
    },
    RateLimitLimit: {
      description:
        'The maximum number of requests allowed in the current window: from the address, or of the token subject or API key where that limit leaves less.',
      schema: { type: 'integer', examples: [rateLimit.max] },
    },
    RateLimitRemaining: {
      description: 'The number of requests left in the current window.',
      schema: { type: 'integer', examples: [rateLimit.max - 1] },
    },
    RetryAfter: {
      description: 'Seconds to wait before retrying.',
      schema: { type: 'integer', minimum: 1 },
    },
    IdempotentReplayed: {
      description: 'Present when the same request was made before under the same key.',
      schema: { type: 'string', const: 'true' },
    },
    Location: { description: 'The path of the order.', schema: { type: 'string', format: 'uri-reference' } },
  };
}

/** A response with a body of JSON. */
export function jsonResponse(response: {
  readonly description: string;
  readonly schema: SchemaName;
  readonly example: unknown;
  readonly headers?: OpenApiObject;
}): OpenApiObject {
  return {
    description: response.description,
    headers: { ...headersOfEveryResponse, ...response.headers },
    content: { 'application/json': { schema: schemaReference(response.schema), example: response.example } },
  };
}

/** The headers of the answers to a placed order. */
export const placementHeaders = { Location: headerReference('Location') };
export const replayedHeader = { 'Idempotent-Replayed': headerReference('IdempotentReplayed') };
export const replayHeaders = { ...placementHeaders, ...replayedHeader };

/** The answer to a command that is not carried out yet. */
export const acceptedCommand = (): OpenApiObject =>
  jsonResponse({
    description: 'It is accepted, and goes on by itself. The same request under the same key tells more.',
    schema: 'AcceptedCommand',
    example: { status: 'accepted' },
  });

/** The answer to a read of an order that has no record yet. */
export const acceptedOrder = (): OpenApiObject =>
  jsonResponse({
    description: 'The order is accepted and not recorded yet. Ask again shortly.',
    schema: 'AcceptedOrder',
    example: renderAcceptedOrder('a1b2c3d4-e5f6-7890-abcd-ef1234567890'),
    headers: retryAfterHeader,
  });

/** Says when to ask again. */
export const retryAfterHeader = { 'Retry-After': headerReference('RetryAfter') };

const ofPrincipal = (max: number | undefined): string =>
  max === undefined ? '' : `, or more than ${max} of one token subject or API key`;

/** The errors that more than one operation has, by status. */
export function componentErrors({ max, principalMax, windowMs }: DocumentedRateLimit): OpenApiObject {
  const error = (description: string, example: string, headers?: OpenApiObject) =>
    jsonResponse({
      description,
      schema: 'Error',
      example: { error: example },
      ...(headers === undefined ? {} : { headers }),
    });
  return {
    BadRequest: error(
      'Invalid request: it is malformed, compressed or of too many parts, a required field is missing, or a value fails validation.',
      'items[0].quantity must be a positive integer',
    ),
    Unauthorized: error(
      'The Authorization header is missing, or the token is invalid or expired.',
      'the token has expired',
    ),
    Forbidden: error(
      'The token is valid but does not permit this, a required claim is missing, or the headers differ from the claims.',
      'X-Tenant-ID does not match the token',
    ),
    NotFound: error('There is no such order, or it belongs to another tenant.', 'there is no such order'),
    ContentTooLarge: error(
      'The body is larger than 10 MB, or than 1 MB where it is not an order’s.',
      'the body must not be larger than 10 MB',
    ),
    UnprocessableContent: error(
      'A rule forbids it; the message says which. Nothing was changed, unless it says so.',
      'an order that is draft cannot become shipped; allowed: confirmed, cancelled',
    ),
    TooManyRequests: error(
      `More than ${max} requests in ${windowMs / 1000} seconds from one address${ofPrincipal(principalMax)}. Wait for Retry-After.`,
      'too many requests; retry after 12 s',
      retryAfterHeader,
    ),
    ServiceUnavailable: error(
      'It cannot be looked up right now, such as while the database is away, or its order is accepted and not recorded yet. Wait for Retry-After.',
      'this cannot be looked up right now; retry after a few seconds',
      retryAfterHeader,
    ),
    InternalServerError: error(
      'An error on our side, or a change of an order that is accepted and not recorded yet. Retry with exponential backoff; placing an order again with the same key is safe.',
      'something went wrong on our side; retry with exponential backoff',
      // Present where the order is accepted and not recorded yet.
      retryAfterHeader,
    ),
  };
}

const namesByStatus = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  413: 'ContentTooLarge',
  422: 'UnprocessableContent',
  429: 'TooManyRequests',
  500: 'InternalServerError',
  503: 'ServiceUnavailable',
} as const;

/** References to the errors of an operation. */
export function errorResponses(...statuses: readonly (keyof typeof namesByStatus)[]): OpenApiObject {
  return Object.fromEntries(
    statuses.map((status) => [String(status), { $ref: `#/components/responses/${namesByStatus[status]}` }]),
  );
}
