import { getOrderStatus, Permission, renderOrderStatus, type OrderProgress } from '@oms/contracts/http';
import { OrderStatus, PaymentStatus, type TenantScope } from '@oms/domain';

import type { Principal } from '../../../auth/principal.js';
import { serve, type ApiRoute } from '../../../http/serve-operation.js';
import { read, type OrderChangeRoutesDeps } from './change-route.js';

/**
 * `GET …/{orderID}/status`: the order's current step and what it waits for, also while no worker runs. Only operators
 * see messages of the database and of providers, because those may contain anything.
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
  { accepted, progress }: OrderChangeRoutesDeps,
  scope: TenantScope,
  orderId: string,
): Promise<OrderProgress | undefined> {
  const found = await progress.find(scope, orderId);
  if (found?.number !== undefined) return found;
  const acceptance = await accepted.find(scope, orderId);
  if (acceptance.kind === 'unknown') return undefined;
  if (acceptance.kind !== 'unrecorded') return found;
  return { orderId, ...unrecorded, cancellationReason: acceptance.cancellationReason };
}

const unrecorded = {
  status: OrderStatus.Cancelled,
  paymentStatus: PaymentStatus.Pending,
  flags: [],
  step: 'the order was cancelled before it was recorded; nothing can follow',
} as const;
