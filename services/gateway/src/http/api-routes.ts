import { idempotencyKeyPattern } from '@oms/contracts/http';
import { Router, type Request, type RequestHandler } from 'express';

import { assertPermission, type Authenticate } from '../auth/authenticate.js';
import type { Permission } from '../auth/permission.js';
import type { Principal } from '../auth/principal.js';
import type { LimitPrincipal } from '../rate-limit/rate-limit.js';
import { faceOf } from './face.js';
import { HttpError } from './http-error.js';
import type { ApiRequest, HttpResponse } from './http-response.js';
import { jsonBody, type BodyKind } from './json-body.js';
import { onlyMethods } from './only-methods.js';
import { render } from './render.js';

/** One operation of the API. */
export interface ApiRoute {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Such as `/api/v1/oms/orders/:orderID`. */
  readonly path: string;
  readonly permission: Permission;
  /** How large its body may be: as what is `other` than an order, unless it says so. */
  readonly body?: BodyKind;
  /** Parses once, makes one call, returns a value. What it throws is rendered by one table. */
  readonly handle: (request: ApiRequest, principal: Principal) => Promise<HttpResponse>;
}

const verbs = { GET: 'get', POST: 'post', PUT: 'put', PATCH: 'patch', DELETE: 'delete' } as const;

/** Settles whether somebody may; throws when not. */
export type AssertMay = (principal: Principal, permission: Permission) => void;

/** What stands before every route. */
export interface Gate {
  readonly authenticate: Authenticate;
  /** Counts the request for who makes it, and throws where that is too much. */
  readonly limit: LimitPrincipal;
  readonly assertMay?: AssertMay;
}

/**
 * Serves the routes. Who asks, and whether they may, is settled before the body is read: a stranger's ten megabytes
 * are not parsed.
 */
export function apiRoutes(routes: readonly ApiRoute[], gate: Gate): RequestHandler {
  const router = Router({ caseSensitive: true });
  const readers = { order: jsonBody('order'), other: jsonBody('other') };
  for (const route of routes) {
    const readBody = readers[route.body ?? 'other'];
    router[verbs[route.method]](route.path, serve(route, gate, readBody));
  }
  for (const path of new Set(routes.map((route) => route.path))) {
    const methods = routes.filter((route) => route.path === path).map((route) => route.method);
    router.all(path, onlyMethods(methods));
  }
  return router;
}

function serve(
  route: ApiRoute,
  { authenticate, limit, assertMay = assertPermission }: Gate,
  readBody: RequestHandler,
): RequestHandler {
  return async (request, response, next) => {
    const principal = await authenticate({
      authorization: request.get('authorization'),
      tenantId: request.get('x-tenant-id'),
      orgId: request.get('x-org-id'),
      areRequired: faceOf(route.path).needsTenantHeaders,
      apiKey: request.get('x-api-key'),
    });
    await limit(request, response, principal);
    assertMay(principal, route.permission);
    const answer = async (): Promise<void> => {
      render(response, await route.handle(toApiRequest(request), principal));
    };
    if (route.method === 'GET') {
      await answer();
      return;
    }
    await readBody(request, response, (fault?: unknown) => {
      if (fault === undefined) answer().catch(next);
      else next(fault);
    });
  };
}

function toApiRequest(request: Request): ApiRequest {
  const params: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.params)) {
    // Only a wildcard's value is an array, and no route has one.
    params[name] = Array.isArray(value) ? value.join('/') : value;
  }
  const idempotencyKey = request.get('idempotency-key');
  if (idempotencyKey !== undefined && !idempotencyKeyPattern.test(idempotencyKey)) {
    throw new HttpError(400, 'the Idempotency-Key header must be 1 to 255 printable ASCII characters');
  }
  return {
    params,
    query: { ...request.query },
    body: request.body as unknown,
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
  };
}
