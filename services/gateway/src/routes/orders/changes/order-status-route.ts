import { getOrderStatus, Permission, renderOrderStatus, type ProgressToRender } from '@oms/contracts/http';
import { operatorActionsFor } from '@oms/contracts/temporal';
import { isTerminal, OrderStatus, PaymentStatus, type TenantScope } from '@oms/domain';

import type { Principal } from '../../../auth/principal.js';
import { serve, type ApiRoute } from '../../../http/serve-operation.js';
import { read, type OrderChangeRoutesDeps } from './change-route.js';

/**
 * `GET …/{orderID}/status`: what the order is doing and what it waits for, as far as anyone can say. Only operators see
 * what the database or a provider said: it is not ours, and may say anything.
 */
export function orderStatusRoute(deps: OrderChangeRoutesDeps): ApiRoute {
  const find = async (scope: TenantScope, orderId: string, { permissions }: Principal) => {
    const progress = await findProgress(deps, scope, orderId);
    return progress && { progress, isForOperator: permissions.has(Permission.OrdersOperate) };
  };
  return serve(
    getOrderStatus,
    read(find, ({ progress, isForOperator }) => renderOrderStatus(progress, { isForOperator })),
  );
}

async function findProgress(
  { accepted, life, progress }: OrderChangeRoutesDeps,
  scope: TenantScope,
  orderId: string,
): Promise<ProgressToRender | undefined> {
  // While the database is away, Temporal alone knows of the order, and whose it is.
  const facts = await life.findFacts(scope, orderId).catch(() => undefined);
  if (!facts) {
    const { kind } = await accepted.find(scope, orderId);
    if (kind === 'unknown') return undefined;
    if (kind === 'unrecorded') return { orderId, ...unrecorded };
  }
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
    waiting: { code: 'NoWorker' },
  };
}

const unrecorded = {
  status: OrderStatus.Cancelled,
  paymentStatus: PaymentStatus.Pending,
  step: 'the order was cancelled before it was recorded; nothing can follow',
} as const;
