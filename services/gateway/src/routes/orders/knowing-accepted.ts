import type { RawRequest } from '@oms/contracts/http';
import { notFound, RefusalCode, RefusedError, type CancellationReason } from '@oms/domain';

import type { Principal } from '../../auth/principal.js';
import { errorResponse } from '../../http/error-response.js';
import { publicApis } from '../../http/public-api.js';
import { HttpRefusal } from '../../http/refuse.js';
import type { HttpResponse } from '../../http/http-response.js';
import type { ApiRoute } from '../../http/serve-operation.js';
import type { AcceptedOrders } from '../../temporal/accepted-orders.js';

/**
 * The routes, with an accepted order known to each of them. Their handlers look into the database alone, and throw
 * `NOT_FOUND`. Before a client hears of that, Temporal is asked: while an order is accepted and not recorded, a read
 * is a 202, and a change that could not be handed on is an error that says to ask again. A read is a 202 as well where the
 * database does not answer.
 */
export function knowingAccepted(routes: readonly ApiRoute[], accepted: AcceptedOrders): readonly ApiRoute[] {
  return routes.map((route) => ({
    ...route,
    handle: (request, principal) => answer(route, accepted, request, principal),
  }));
}

async function answer(
  route: ApiRoute,
  accepted: AcceptedOrders,
  request: RawRequest,
  principal: Principal,
): Promise<HttpResponse> {
  try {
    return await route.handle(request, principal);
  } catch (error) {
    const orderId = orderIdIn(route, request);
    const isUnknown = isOrderNotFound(error);
    if (orderId === undefined || !(isUnknown || isFailedRead(route, error))) throw error;
    const acceptance = await accepted.find(principal.scope, orderId).catch((cause: unknown) => {
      throw isUnknown ? cause : error;
    });
    if (acceptance.kind === 'accepted') {
      return notYet(route, orderId, { cause: error, cancelledFor: acceptance.cancellationReason });
    }
    if (acceptance.kind === 'unrecorded') throw unrecorded(acceptance.cancellationReason);
    // Recorded after the first look; nothing was done then.
    if (acceptance.kind === 'recorded' && isUnknown) return route.handle(request, principal);
    throw error;
  }
}

function orderIdIn({ operation }: ApiRoute, { params }: RawRequest): string | undefined {
  const text = params['orderID'] ?? params['orderId'];
  return text === undefined ? undefined : publicApis[operation.api].orderIdOf(text);
}

const isOrderNotFound = (error: unknown): boolean =>
  error instanceof RefusedError &&
  error.refusal.code === RefusalCode.NotFound &&
  error.refusal.details?.resource === 'order';

const isFailedRead = ({ operation }: ApiRoute, error: unknown): boolean =>
  operation.method === 'GET' && errorResponse(error, operation.path).status >= 500;

function notYet(
  { operation: { method, api } }: ApiRoute,
  orderId: string,
  { cause, cancelledFor }: { readonly cause: unknown; readonly cancelledFor: CancellationReason | undefined },
): HttpResponse {
  const headers = { 'Retry-After': '5' };
  if (method === 'GET') {
    return { status: 202, headers, body: publicApis[api].renderAccepted(orderId, cancelledFor) };
  }
  const message = 'the order is accepted and not recorded yet; retry after a few seconds';
  throw new HttpRefusal(RefusalCode.Unavailable, message, { headers, cause });
}

/** An order that ended before it was recorded. No record of it will follow. */
function unrecorded(reason: CancellationReason): RefusedError {
  const message = `the order was cancelled before it was recorded: ${reason}; nothing was done for it`;
  return new RefusedError({ ...notFound('order'), message });
}
