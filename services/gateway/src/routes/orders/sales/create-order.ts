import { randomUUID } from 'node:crypto';

import {
  createSalesOrder,
  hashOfSalesOrder,
  renderAcceptedSalesOrder,
  renderSalesOrder,
  salesOrderId,
  toDraft,
} from '@oms/contracts/http';
import { CancellationReason, RefusalCode, refused, type Order } from '@oms/domain';

import type { Handler } from '../../../http/serve-operation.js';
import { productsOf } from '../../catalogue/catalogue-lookup.js';
import type { SalesRoutesDeps } from '../../sales/sales-deps.js';
import { placementHeaders, placeOrder } from '../place-order.js';
import { findOrder } from './find-order.js';

/** Keeps the keys of this API apart from those of the Orders API, which cannot contain control characters. */
const keyPrefix = 'sales\u001f';

const pathOf = (orderId: string): string => `${createSalesOrder.path}/${salesOrderId(orderId)}`;

/**
 * `POST /api/v1/sales/orders`: 201 with the draft, 202 when the order is accepted and not yet recorded. Without an
 * `Idempotency-Key`, each request creates another draft. Prices are fixed from the catalogue at this moment: while
 * the database is away, the order is refused.
 */
export function createSalesOrderHandler(deps: SalesRoutesDeps): Handler<typeof createSalesOrder> {
  const { catalogue, orders } = deps;
  return async ({ body, idempotencyKey: key }, principal) => {
    const { scope } = principal;
    const requestHash = hashOfSalesOrder(scope.tenantId, body);
    const products = await productsOf(catalogue, scope, body.line_items);
    const placed = await placeOrder(deps, principal, {
      ...{ order: toDraft(scope.tenantId, body, products), requestHash, isDraft: true, pathOf },
      idempotencyKey: keyPrefix + (key ?? randomUUID()),
      keyName: 'Idempotency-Key',
    });
    const { orderId, kind } = placed;
    const headers = placementHeaders(pathOf(orderId), placed);
    if (kind === 'accepted') return { status: 202, headers, body: renderAcceptedSalesOrder(orderId) };
    const recorded = await findOrder(orders, scope, orderId);
    refuseTakenExternalId(recorded);
    return { status: 201, headers, body: renderSalesOrder(recorded) };
  };
}

/** Refuses an order whose external id is taken. The order itself was accepted, so it is recorded as cancelled. */
function refuseTakenExternalId({ cancellationReason }: Order): void {
  if (cancellationReason !== CancellationReason.ExternalIdInUse) return;
  throw refused(RefusalCode.ExternalIdInUse, 'another order of this tenant has this external_id', {
    field: 'external_id',
  });
}
