import { toSalesOrderEdit, type editSalesOrder } from '@oms/contracts/http';

import type { Handler } from '../../../http/serve-operation.js';
import { askForChange } from '../changes/ask-for-change.js';
import { productsOf } from '../../catalogue/catalogue-lookup.js';
import type { SalesRoutesDeps } from '../../sales/sales-deps.js';
import { findOrder, respondAccepted, respondWith } from './find-order.js';

/**
 * `PATCH /api/v1/sales/orders/{orderId}`: changes an order and answers with it; 422 for a field that its status fixes.
 */
export function editSalesOrderHandler({
  changer,
  orders,
  catalogue,
}: SalesRoutesDeps): Handler<typeof editSalesOrder> {
  return async (input, principal) => {
    const { scope } = principal;
    const { orderId } = input.params;
    const { body } = input;
    const { currency: code, currencyExponent: exponent } = await findOrder(orders, scope, orderId);
    const products = body.line_items ? await productsOf(catalogue, scope, body.line_items) : [];
    const edit = toSalesOrderEdit(body, { code, exponent }, products);
    return askForChange(
      changer,
      input,
      principal,
      // `asked` identifies the request: it stays equal when the catalogue changes between retries.
      { orderId, type: 'edit', request: edit, asked: body },
      async () => respondWith(await findOrder(orders, scope, orderId)),
      () => respondAccepted(orderId),
    );
  };
}
