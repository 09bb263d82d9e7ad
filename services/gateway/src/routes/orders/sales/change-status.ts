import { toSalesOrderStatus, type changeSalesOrderStatus, type WantedStatus } from '@oms/contracts/http';
import type { OrderLifecycleReader } from '@oms/database';
import { RefusalCode, refused, RefusedError, requestableStatuses, type TenantScope } from '@oms/domain';

import type { Handler } from '../../../http/serve-operation.js';
import { askForChange } from '../changes/ask-for-change.js';
import { failedConfirmation } from '../changes/failed-confirmation.js';
import type { SalesRoutesDeps } from '../../sales/sales-deps.js';
import { findOrder, orderNotFound, respondAccepted, respondWith } from './find-order.js';

/**
 * `PATCH /api/v1/sales/orders/{orderId}/status`: moves an order to another status and answers with it. 422 with the
 * allowed statuses for a forbidden transition; 422 also where stock or payment prevent it.
 */
export function changeSalesOrderStatusHandler({
  changer,
  orders,
  lifecycle,
}: SalesRoutesDeps): Handler<typeof changeSalesOrderStatus> {
  return async (input, principal) => {
    const { scope } = principal;
    const { orderId } = input.params;
    const { status, change, asked } = toSalesOrderStatus(input.body);
    if (!change) throw await forbidden(lifecycle, scope, orderId, status);
    return askForChange(
      changer,
      input,
      principal,
      // All transitions of this path share one kind of key: the same key cannot request two different ones.
      { orderId, ...change, asked, operation: 'status' },
      async (answer) => {
        const order = await findOrder(orders, scope, orderId);
        const failed = failedConfirmation(change.type, answer, order.cancellationDetail);
        if (failed) throw new RefusedError(failed);
        return respondWith(order);
      },
      () => respondAccepted(orderId),
    );
  };
}

async function forbidden(
  lifecycle: OrderLifecycleReader,
  scope: TenantScope,
  orderId: string,
  wanted: WantedStatus['status'],
): Promise<Error> {
  const facts = await lifecycle.findFacts(scope, orderId);
  if (!facts) return orderNotFound();
  return refused(
    RefusalCode.TransitionNotAllowed,
    `an order that is ${facts.status} cannot become ${wanted}`,
    { details: { allowed: requestableStatuses(facts.status) } },
  );
}
