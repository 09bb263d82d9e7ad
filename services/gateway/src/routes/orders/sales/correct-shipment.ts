import { toCorrectShipment, type correctSalesShipment } from '@oms/contracts/http';

import type { Handler } from '../../../http/serve-operation.js';
import { askForChange } from '../changes/ask-for-change.js';
import type { SalesRoutesDeps } from '../../sales/sales-deps.js';
import { findOrder, respondAccepted, respondWith } from './find-order.js';

/** `PATCH /api/v1/sales/orders/{orderId}/shipment`: corrects the newest shipment and answers with the order. */
export function correctSalesShipmentHandler({
  changer,
  orders,
}: SalesRoutesDeps): Handler<typeof correctSalesShipment> {
  return async (input, principal) => {
    const { orderId } = input.params;
    return askForChange(
      changer,
      input,
      principal,
      {
        ...{ orderId, type: 'correct_shipment' },
        request: { needsTracking: true, ...toCorrectShipment(input.body) },
      },
      async () => respondWith(await findOrder(orders, principal.scope, orderId)),
      () => respondAccepted(orderId),
    );
  };
}
