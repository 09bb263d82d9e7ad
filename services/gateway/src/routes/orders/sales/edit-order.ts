import { parseEditSalesOrder, toDraftEdit } from '@oms/contracts/http';

import type { Principal } from '../../../auth/principal.js';
import type { ApiRequest, HttpResponse } from '../../../http/http-response.js';
import { askForChange } from '../changes/ask-for-change.js';
import { productsOf, withKnownProducts } from '../../catalogue/catalogue-lookup.js';
import type { SalesRoutesDeps } from '../../sales/sales-deps.js';
import { findOrder, orderIdOf, respondAccepted, respondWith } from './find-order.js';

/** `PATCH /api/v1/sales/orders/{orderId}`: changes a draft and answers it; 422 for an order that is none. */
export function editSalesOrderHandler({ changer, orders, catalogue }: SalesRoutesDeps) {
  return async (request: ApiRequest, principal: Principal): Promise<HttpResponse> => {
    const { scope } = principal;
    const orderId = orderIdOf(request);
    const body = parseEditSalesOrder(request.body);
    const { currency: code, currencyExponent: exponent } = await findOrder(orders, scope, orderId);
    const products = body.line_items ? await productsOf(catalogue, scope, body.line_items) : [];
    const edit = withKnownProducts(() => toDraftEdit(body, { code, exponent }, products));
    return askForChange(
      changer,
      request,
      principal,
      // What was asked for is the same when the catalogue has changed since.
      { orderId, type: 'edit_draft', request: edit, asked: body },
      async () => respondWith(await findOrder(orders, scope, orderId)),
      () => respondAccepted(orderId),
    );
  };
}
