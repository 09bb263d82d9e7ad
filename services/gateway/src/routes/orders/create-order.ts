import { createOrder, renderPlacedOrder, toCreateOrder } from '@oms/contracts/http';

import type { Handler } from '../../http/serve-operation.js';
import { placementHeaders, placeOrder } from './place-order.js';
import { refuseUndecidedStock, type StockLookDeps } from './refuse-undecided-stock.js';

const pathOf = (orderId: string): string => `${createOrder.path}/${orderId}`;

/**
 * `POST /api/v1/oms/orders`: 201 when the order is recorded, 202 when it is accepted and not yet recorded, 200 for a
 * replay. After a 500 the order may or may not have been placed; repeating the request with the same key is safe and
 * gives the outcome.
 */
export function createOrderHandler(deps: StockLookDeps): Handler<typeof createOrder> {
  return async ({ body }, principal) => {
    const wanted = { ...toCreateOrder(body), keyName: 'idempotency_key' } as const;
    await refuseUndecidedStock(deps, principal, wanted, wanted.order.lines);
    const placed = await placeOrder(deps, principal, { ...wanted, pathOf });
    const { orderId, kind, replayed } = placed;
    const headers = placementHeaders(pathOf(orderId), placed);
    if (kind === 'accepted') {
      return { status: 202, headers, body: { ...renderPlacedOrder(orderId), status: 'pending' } };
    }
    return { status: replayed ? 200 : 201, headers, body: renderPlacedOrder(orderId) };
  };
}
