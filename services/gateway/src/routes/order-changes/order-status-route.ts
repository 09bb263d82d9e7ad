import { renderOrderStatus, type ProgressToRender } from '@oms/contracts/http';
import { operatorActionsFor } from '@oms/contracts/temporal';
import { isTerminal, OrderStatus, PaymentStatus, type TenantScope } from '@oms/domain';

import type { ApiRoute } from '../../http/api-routes.js';
import { readRoute, type OrderChangeRoutesDeps } from './change-route.js';

const noWorker = {
  code: 'NoWorker',
  fault: 'no order worker answers, so that nothing is known but the record',
};

/** `GET …/{orderID}/status`: what the order is doing and what it waits for, as far as anyone can say. */
export function orderStatusRoute(deps: OrderChangeRoutesDeps): ApiRoute {
  return readRoute('/status', (scope, orderId) => findProgress(deps, scope, orderId), renderOrderStatus);
}

async function findProgress(
  { accepted, life, progress }: OrderChangeRoutesDeps,
  scope: TenantScope,
  orderId: string,
): Promise<ProgressToRender | undefined> {
  // While the database is away, Temporal alone knows of the order, and whose it is.
  const facts = await life.findFacts(scope, orderId).catch(() => undefined);
  if (!facts && (await accepted.find(scope, orderId)) === 'unknown') return undefined;
  if (facts && isTerminal(facts.status)) {
    return { orderId, status: facts.status, paymentStatus: facts.paymentStatus, step: 'nothing can follow' };
  }
  const known = await progress.find(orderId);
  if (known) return { orderId, ...known, actions: operatorActionsFor(known) };
  return {
    orderId,
    status: facts?.status ?? OrderStatus.Pending,
    paymentStatus: facts?.paymentStatus ?? PaymentStatus.Pending,
    step: 'unknown',
    waiting: noWorker,
  };
}
