import { renderError } from '@oms/contracts/http';
import { isDatabaseAway } from '@oms/database';
import { refusal as refusalOf, RefusalCode, RefusedError, type Refusal } from '@oms/domain';

import type { HttpResponse } from './http-response.js';
import { apiOf, inWordsOf, publicApis, statusOf } from './public-api.js';
import { HttpRefusal } from './refuse.js';

/** The message of a 500. Details are only in the log, under the request's id. */
export const internalErrorMessage =
  'something went wrong on our side; retry with exponential backoff, and give the X-Request-Id when you ask for help';

/** The message of a 503 while the database is away. */
export const unavailableMessage = 'this cannot be looked up right now; retry after a few seconds';

/**
 * Converts an error that was thrown while a request was handled. Any error but a refusal becomes a 500 without
 * details.
 *
 * @param path the path of the request, which determines the API
 */
export function errorResponse(error: unknown, path: string): HttpResponse {
  const api = apiOf(path);
  if (error instanceof RefusedError) {
    return answer(path, error.refusal, error instanceof HttpRefusal ? error.headers : {});
  }
  if (publicApis[api].hasUnavailable && isDatabaseAway(error)) {
    return answer(path, refusalOf(RefusalCode.Unavailable, unavailableMessage), { 'Retry-After': '5' });
  }
  return answer(path, refusalOf(RefusalCode.Internal, internalErrorMessage));
}

function answer(
  path: string,
  refusal: Refusal<string>,
  headers: Readonly<Record<string, string>> = {},
): HttpResponse {
  const api = apiOf(path);
  const told = inWordsOf(api, refusal);
  return { status: statusOf(api, refusal.code), headers, body: renderError(told, told.message) };
}
