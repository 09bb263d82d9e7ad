import { Api } from '../kit/api.js';
import type { AnswerHeader, DocumentedRefusal, RefusalStatus } from '../kit/define-operation.js';
import { errorResource, type ErrorResource } from '../kit/error-resource.js';
import { schemaOf, type OpenApiObject } from './open-api-schemas.js';

/** The rate limit of an address, for the documentation. */
export interface DocumentedRateLimit {
  readonly max: number;
  /** The limit of one token subject or API key; absent where there is none. */
  readonly principalMax?: number;
  readonly windowMs: number;
}

const reference = (name: string): OpenApiObject => ({ $ref: `#/components/headers/${name}` });

/** A reference to a header of an answer. */
export const headerReference = (name: AnswerHeader): OpenApiObject => reference(name.replaceAll('-', ''));

export const headersOfEveryResponse = {
  'X-Request-Id': reference('RequestId'),
  'X-RateLimit-Limit': reference('RateLimitLimit'),
  'X-RateLimit-Remaining': reference('RateLimitRemaining'),
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

const retryAfterHeader = { 'Retry-After': headerReference('Retry-After') };

const error = schemaOf(errorResource, 'output');

/** A refusal in an operation's own words. */
export const refusalResponse = (
  { description, example }: DocumentedRefusal,
  headers: OpenApiObject = {},
): OpenApiObject => ({
  description,
  headers: { ...headersOfEveryResponse, ...headers },
  content: { 'application/json': { schema: error, example } },
});

const ofPrincipal = (max: number | undefined): string =>
  max === undefined ? '' : `, or more than ${max} of one token subject or API key`;

/** The refusals that operations share, in their usual words. */
export function componentErrors({ max, principalMax, windowMs }: DocumentedRateLimit): OpenApiObject {
  const usual = (description: string, example: ErrorResource, headers?: OpenApiObject) =>
    refusalResponse({ description, example }, headers);
  return {
    BadRequest: usual(
      'Invalid request: it is malformed, compressed or of too many parts, a required field is missing, or a value fails validation. `errors` names every field at fault. On the Orders API also a rule that forbids it.',
      {
        error: 'items[0].quantity must be a positive integer; currency must be a string',
        code: 'INVALID_REQUEST',
        errors: [
          {
            field: 'items[0].quantity',
            code: 'INVALID_VALUE',
            message: 'items[0].quantity must be a positive integer',
          },
          { field: 'currency', code: 'INVALID_VALUE', message: 'currency must be a string' },
        ],
      },
    ),
    Unauthorized: usual('The Authorization header is missing, or the token is invalid or expired.', {
      error: 'the token has expired',
      code: 'INVALID_AUTH',
    }),
    InvalidAuth: usual('The API key is expired, revoked, unknown or lacks the permission.', {
      error: "the API key lacks the 'order:write' permission",
      code: 'INVALID_AUTH',
    }),
    Forbidden: usual(
      'The token is valid but does not permit this, a required claim is missing, or the headers differ from the claims.',
      { error: 'X-Tenant-ID does not match the token', code: 'FORBIDDEN' },
    ),
    NotFound: usual('There is no such order, or it belongs to another tenant.', {
      error: 'there is no such order',
      code: 'NOT_FOUND',
    }),
    NotAcceptable: usual('The `Accept` header accepts none of the media types that are offered.', {
      error: 'this is offered as text/html and application/pdf only',
      code: 'NOT_ACCEPTABLE',
    }),
    Conflict: usual('Another resource has the value of `field`, or the version is stale.', {
      error: 'another carrier has this code',
      code: 'TAKEN',
      field: 'code',
    }),
    ContentTooLarge: usual('The body is larger than 10 MB, or than 1 MB where it is not an order’s.', {
      error: 'the body must not be larger than 10 MB',
      code: 'TOO_LARGE',
    }),
    UnprocessableContent: usual(
      'A rule forbids it; `code` and the message say which. Nothing was changed, unless it says so.',
      {
        error: 'an order that is draft cannot become shipped; allowed: confirmed, cancelled',
        code: 'TRANSITION_NOT_ALLOWED',
        allowed: ['confirmed', 'cancelled'],
      },
    ),
    TooManyRequests: usual(
      `More than ${max} requests in ${windowMs / 1000} seconds from one address${ofPrincipal(principalMax)}. Wait for Retry-After.`,
      { error: 'too many requests; retry after 12 s', code: 'RATE_LIMITED' },
      retryAfterHeader,
    ),
    ServiceUnavailable: usual(
      'It cannot be looked up or changed right now, such as while the database is away, or its order is accepted and not recorded yet. Wait for Retry-After, and repeat a change under the same key: it may have been made.',
      { error: 'this cannot be looked up right now; retry after a few seconds', code: 'UNAVAILABLE' },
      retryAfterHeader,
    ),
    InternalServerError: usual(
      'An error on our side, or a change of an order that is accepted and not recorded yet. Retry with exponential backoff; placing an order again with the same key is safe.',
      { error: 'something went wrong on our side; retry with exponential backoff', code: 'INTERNAL' },
      // Sent only for an order that is accepted and not recorded yet.
      retryAfterHeader,
    ),
  };
}

const namesByStatus = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  406: 'NotAcceptable',
  409: 'Conflict',
  413: 'ContentTooLarge',
  422: 'UnprocessableContent',
  429: 'TooManyRequests',
  500: 'InternalServerError',
  503: 'ServiceUnavailable',
} as const satisfies Record<RefusalStatus, string>;

/** A reference to a refusal in the usual words. */
export function errorReference(api: Api, status: RefusalStatus): OpenApiObject {
  const name = api === Api.Commerce && status === 401 ? 'InvalidAuth' : namesByStatus[status];
  return { $ref: `#/components/responses/${name}` };
}
