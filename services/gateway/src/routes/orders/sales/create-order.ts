import { randomUUID } from 'node:crypto';

import {
  hashOfSalesOrder,
  renderAcceptedSalesOrder,
  renderSalesOrder,
  salesOrderId,
  toDraft,
  type createSalesOrder,
} from '@oms/contracts/http';
import { orderIdFor } from '@oms/contracts/temporal';
import { CancellationReason, type Order } from '@oms/domain';

import { HttpError, RefusedError } from '../../../http/http-error.js';
import type { Handler } from '../../../http/serve-operation.js';
import type { OrderPlacer, PlaceOrderInput, PlaceOrderResult } from '../../../temporal/order-placer.js';
import { productsOf, withKnownProducts } from '../../catalogue/catalogue-lookup.js';
import type { SalesRoutesDeps } from '../../sales/sales-deps.js';
import { findOrder } from './find-order.js';

/**
 * Keys of this API and of the Orders API are never the same: a key of the latter has no control characters.
 */
const keyPrefix = 'sales\u001f';

/**
 * `POST /api/v1/sales/orders`: 201 with the draft, 202 when it is accepted and not yet recorded. Without an
 * `Idempotency-Key`, each request makes a draft of its own. Prices are locked as the catalogue has them now, so it
 * has to be readable: an order is not accepted while the database is away.
 */
export function createSalesOrderHandler(deps: SalesRoutesDeps): Handler<typeof createSalesOrder> {
  const { placer, catalogue, orders, publicUrl } = deps;
  return async ({ body, idempotencyKey: key }, { scope, subject }) => {
    const requestHash = hashOfSalesOrder(scope.tenantId, body);
    const products = await productsOf(catalogue, scope, body.line_items);
    const order = withKnownProducts(() => toDraft(scope.tenantId, body, products));
    const idempotencyKey = keyPrefix + (key ?? randomUUID());
    const orderId = orderIdFor(scope, idempotencyKey);
    const path = `/api/v1/sales/orders/${salesOrderId(orderId)}`;
    const result = await place(placer, {
      ...{ ...scope, orderId, idempotencyKey, requestHash, order, isDraft: true },
      requestId: randomUUID(),
      actor: { type: 'user', id: subject },
      ...(publicUrl === undefined ? {} : { links: [{ title: 'Order', url: `${publicUrl}${path}` }] }),
    });
    const headers = { Location: path, ...(result.replayed ? { 'Idempotent-Replayed': 'true' } : {}) };
    if (result.kind === 'accepted') {
      return { status: 202, headers, body: renderAcceptedSalesOrder(orderId) };
    }
    const recorded = await findOrder(orders, scope, orderId);
    refuseTakenExternalId(recorded);
    return { status: 201, headers, body: renderSalesOrder(recorded) };
  };
}

type Placed = Exclude<PlaceOrderResult, { readonly kind: 'conflict' | 'refused' }>;

async function place(placer: OrderPlacer, input: PlaceOrderInput): Promise<Placed> {
  let result: PlaceOrderResult;
  try {
    result = await placer.place(input);
  } catch (cause) {
    const advice = 'the order could not be placed now; retry with the same Idempotency-Key';
    throw new HttpError(500, advice, { cause });
  }
  if (result.kind === 'refused') throw new RefusedError(result);
  if (result.kind !== 'conflict') return result;
  throw new HttpError(422, 'the idempotency key was used before with another request; nothing was changed');
}

/** Such an order is recorded as cancelled: what was accepted is never forgotten. */
function refuseTakenExternalId({ cancellationReason }: Order): void {
  if (cancellationReason !== CancellationReason.ExternalIdInUse) return;
  throw new HttpError(422, 'another order of this tenant has this external_id');
}
