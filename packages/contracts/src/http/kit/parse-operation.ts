import { z } from 'zod';

import type { BodyOf, InputOf, OperationSpec, ParamsOf, QueryOf } from './define-operation.js';
import { parseRequest, type RequestNouns } from './parse-request.js';
import { invalidRequest } from './invalid-request.js';

/** A request before any of it is checked. */
export interface RawRequest {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, unknown>>;
  /** The `Idempotency-Key` header, if there is one. */
  readonly idempotencyKey?: string;
  /** The negotiated media type, where the operation offers several. */
  readonly mediaType?: string;
  /** Parsed JSON; `undefined` for a request without a body. */
  readonly body: unknown;
}

/** 1 to 255 printable ASCII characters, without spaces around them. */
export const idempotencyKeyPattern = /^[\x21-\x7e]([\x20-\x7e]{0,253}[\x21-\x7e])?$/;

const bodyNouns: RequestNouns = { whole: 'the body', part: 'field' };
const queryNouns: RequestNouns = { whole: 'the query', part: 'parameter' };
const emptyBody = z.strictObject({});

/**
 * Parses a request of an operation.
 *
 * @throws RefusedError `INVALID_REQUEST` naming each fault of one part of the request (the path, the query or the
 *   body); `NOT_FOUND` for an id in the path that no resource can have
 */
export function parseInput<Spec extends OperationSpec>(operation: Spec, request: RawRequest): InputOf<Spec> {
  const { idempotencyKey, mediaType } = request;
  if (idempotencyKey !== undefined && !idempotencyKeyPattern.test(idempotencyKey)) {
    throw invalidRequest('the Idempotency-Key header must be 1 to 255 printable ASCII characters');
  }
  return {
    params: parseParams(operation, request.params),
    query: parseQuery(operation, request.query),
    body: parseBody(operation, request.body),
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    ...(mediaType === undefined ? {} : { mediaType }),
  };
}

function parseParams<Spec extends OperationSpec>(
  { params = {} }: Spec,
  raw: RawRequest['params'],
): ParamsOf<Spec> {
  // Schema and type are both made from the declared parameters.
  return parseRequest(z.strictObject(params), raw, queryNouns) as ParamsOf<Spec>;
}

/** @throws RefusedError */
export function parseQuery<Spec extends OperationSpec>(
  { query }: Spec,
  raw: RawRequest['query'],
): QueryOf<Spec> {
  return (query && parseRequest(query, raw, queryNouns)) as QueryOf<Spec>;
}

/**
 * Parses the body of an operation. An operation that declares no body accepts an absent or empty one, and refuses any
 * field.
 *
 * @throws RefusedError naming all faults
 */
export function parseBody<Spec extends OperationSpec>({ method, body }: Spec, raw: unknown): BodyOf<Spec> {
  if (body) {
    const given = body.isOptional === true ? (raw ?? {}) : raw;
    return parseRequest(body.schema, given, bodyNouns) as BodyOf<Spec>;
  }
  if (method !== 'GET') parseRequest(emptyBody, raw ?? {}, bodyNouns);
  return undefined as BodyOf<Spec>;
}
