import { RequestError } from '@oms/contracts/http';
import { DomainError, type DomainErrorCode } from '@oms/domain';

import { HttpError, type ErrorStatus } from './http-error.js';
import type { HttpResponse } from './http-response.js';

/** What a client is told of a fault that is ours. Details are in the log, under the request's id. */
export const internalErrorMessage =
  'something went wrong on our side; retry with exponential backoff, and give the X-Request-Id when you ask for help';

/**
 * The answer to whatever was thrown while a request was handled. What is not known to be meant for the client is a
 * 500 that says nothing of it.
 */
export function errorResponse(error: unknown): HttpResponse {
  if (error instanceof HttpError) {
    return { status: error.status, headers: error.headers, body: { error: error.message } };
  }
  if (error instanceof RequestError) return { status: 400, body: { error: error.message } };
  if (error instanceof DomainError) {
    return { status: statusOfDomainError(error.code), body: { error: error.message } };
  }
  return { status: 500, body: { error: internalErrorMessage } };
}

/** The one table from what can be wrong in the domain to what HTTP calls it. */
export function statusOfDomainError(code: DomainErrorCode): ErrorStatus {
  switch (code) {
    case 'invalid_amount':
    case 'transition_not_allowed':
    case 'idempotency_conflict':
      return 400;
    case 'order_not_found':
      return 404;
    default:
      return assertNever(code);
  }
}

function assertNever(value: never): never {
  throw new Error(`not handled: ${String(value)}`);
}
