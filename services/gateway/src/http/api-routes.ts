import { mediaTypesOf, type OperationSpec, type Permission, type RawRequest } from '@oms/contracts/http';
import { RefusalCode } from '@oms/domain';
import { Router, type Request, type RequestHandler, type Response } from 'express';

import { assertPermission, type Authenticate } from '../auth/authenticate.js';
import type { Principal } from '../auth/principal.js';
import type { LimitPrincipal } from '../rate-limit/rate-limit.js';
import { jsonBody } from './json-body.js';
import { onlyMethods } from './only-methods.js';
import { publicApis } from './public-api.js';
import { HttpRefusal } from './refuse.js';
import { render } from './render.js';
import type { ApiRoute } from './serve-operation.js';

const verbs = { GET: 'get', POST: 'post', PUT: 'put', PATCH: 'patch', DELETE: 'delete' } as const;

/**
 * Checks that a principal has a permission.
 *
 * @throws RefusedError where it does not
 */
export type AssertMay = (principal: Principal, permission: Permission) => void;

/** The checks before every route. */
export interface Gate {
  readonly authenticate: Authenticate;
  /** Counts the request towards its principal's rate limit, and throws where the limit is exceeded. */
  readonly limit: LimitPrincipal;
  readonly assertMay?: AssertMay;
}

/**
 * Serves the routes. Authenticates the caller and checks the permission before reading the body, so that an
 * unauthorised body of 10 MB is never parsed.
 */
export function apiRoutes(routes: readonly ApiRoute[], gate: Gate): RequestHandler {
  const router = Router({ caseSensitive: true });
  const readers = { 1: jsonBody(1), 10: jsonBody(10) };
  for (const route of routes) {
    const { method, body } = route.operation;
    router[verbs[method]](expressPath(route), answerer(route, gate, readers[body?.maxMegabytes ?? 1]));
  }
  for (const path of new Set(routes.map(expressPath))) {
    const onPath = routes.filter((route) => expressPath(route) === path);
    router.all(path, onlyMethods(onPath.map(({ operation }) => operation.method)));
  }
  return router;
}

/** The path of an operation in Express' notation. */
const expressPath = ({ operation }: ApiRoute): string => operation.path.replaceAll(/\{(\w+)\}/g, ':$1');

function answerer(
  route: ApiRoute,
  { authenticate, limit, assertMay = assertPermission }: Gate,
  readBody: RequestHandler,
): RequestHandler {
  return async (request, response, next) => {
    const principal = await authenticate({
      authorization: request.get('authorization'),
      tenantId: request.get('x-tenant-id'),
      orgId: request.get('x-org-id'),
      areRequired: publicApis[route.operation.api].needsTenantHeaders,
      apiKey: request.get('x-api-key'),
    });
    await limit(request, response, principal);
    assertMay(principal, route.operation.permission);
    const media = negotiate(route.operation, request, response);
    const answer = async (): Promise<void> => {
      render(response, await route.handle({ ...toRawRequest(request), ...media }, principal));
    };
    if (route.operation.method === 'GET') {
      await answer();
      return;
    }
    await readBody(request, response, (fault?: unknown) => {
      if (fault === undefined) answer().catch(next);
      else next(fault);
    });
  };
}

/**
 * Chooses the media type of the answer by the `Accept` header, the first that the operation offers by default.
 *
 * @throws HttpRefusal 406 where the operation offers none of the accepted media types
 */
function negotiate(
  operation: OperationSpec,
  request: Request,
  response: Response,
): Pick<RawRequest, 'mediaType'> {
  const offered = mediaTypesOf(operation);
  if (offered.length === 0) return {};
  response.vary('Accept');
  const mediaType = request.accepts([...offered]);
  if (mediaType !== false) return { mediaType };
  throw new HttpRefusal(RefusalCode.NotAcceptable, `this is offered as ${offered.join(' and ')} only`);
}

function toRawRequest(request: Request): RawRequest {
  const params: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.params)) {
    // Only the value of a wildcard is an array, and the routes have no wildcards.
    params[name] = Array.isArray(value) ? value.join('/') : value;
  }
  const idempotencyKey = request.get('idempotency-key');
  return {
    params,
    query: { ...request.query },
    body: request.body as unknown,
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
  };
}
