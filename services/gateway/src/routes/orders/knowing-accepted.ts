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
 * Wraps routes so that they know orders which are accepted and not yet recorded. A handler reads only the database
 * and throws `NOT_FOUND` for such an order. The wrapper then asks Temporal. If the order is accepted, a read is
 * answered 202, and a change is refused with the advice to retry later. A read is also answered 202 while the
 * database is away.
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
    // The order was recorded after the handler had looked for it. The handler did nothing, so it runs again.
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

/** The refusal for an order that ended before it was recorded. It will never have a record. */
function unrecorded(reason: CancellationReason): RefusedError {
  const message = `the order was cancelled before it was recorded: ${reason}; nothing was done for it`;
  return new RefusedError({ ...notFound('order'), message });
}
