import { AbsentError, RequestError } from '@oms/contracts/http';
import { isDatabaseAway } from '@oms/database';
import { DomainError, type CommandRefusal, type DomainErrorCode } from '@oms/domain';

import { faceOf, type Face } from './face.js';
import { HttpError, RefusedError, type ErrorStatus } from './http-error.js';
import type { HttpResponse } from './http-response.js';

/** What a client is told of a fault that is ours. Details are in the log, under the request's id. */
export const internalErrorMessage =
  'something went wrong on our side; retry with exponential backoff, and give the X-Request-Id when you ask for help';

/** What it is told while the database does not answer. */
export const unavailableMessage = 'this cannot be looked up right now; retry after a few seconds';

/**
 * The answer to whatever was thrown while a request was handled. What is not known to be meant for the client is a
 * 500 that says nothing of it.
 *
 * @param path the request's, which says by which face it came
 */
export function errorResponse(error: unknown, path: string): HttpResponse {
  const face = faceOf(path);
  if (error instanceof HttpError) {
    const answer = body(face, error.status, error.message);
    return { ...answer, body: { ...answer.body, ...error.details }, headers: error.headers };
  }
  if (error instanceof AbsentError) return body(face, 404, error.message);
  if (error instanceof RequestError) return body(face, 400, error.message);
  if (error instanceof RefusedError) {
    const { refusal } = error;
    const message = face.messageOfRefusal?.(refusal) ?? refusal.message;
    return body(face, face.statusOfRefusal(refusal.code), message, refusal);
  }
  if (error instanceof DomainError) return body(face, statusOfDomainError(error.code), error.message);
  if (face.hasUnavailable === true && isDatabaseAway(error)) {
    return { ...body(face, 503, unavailableMessage), headers: { 'Retry-After': '5' } };
  }
  return body(face, 500, internalErrorMessage);
}

function body(face: Face, status: ErrorStatus, message: string, refusal?: CommandRefusal) {
  const code = face.codeOfStatus?.(status, refusal);
  return { status, body: { error: message, ...(code === undefined ? {} : { code }) } };
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
