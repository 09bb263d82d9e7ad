import { OrderStatus, PaymentStatus } from '@oms/domain';

import { orderChangeUpdates, type OrderProgress } from '../orders/order-workflow.js';

/** Something that an operator can do about an order that waits. */
export interface OperatorAction {
  readonly action: 'retry' | 'give_up' | 'resolve_payment';
  /** The name of the Temporal Update that does it. */
  readonly update: string;
}

/** What operators can do about an order right now: exactly what its workflow would let in. */
export function operatorActionsFor(
  progress: Pick<OrderProgress, 'status' | 'paymentStatus' | 'waiting' | 'isBeingCancelled'>,
): readonly OperatorAction[] {
  const { status, paymentStatus, waiting, isBeingCancelled } = progress;
  const possible = {
    retry: waiting !== undefined,
    give_up: status === OrderStatus.Pending && isBeingCancelled !== true,
    resolve_payment: paymentStatus === PaymentStatus.Unknown,
  } as const satisfies Record<OperatorAction['action'], boolean>;
  return (['retry', 'give_up', 'resolve_payment'] as const)
    .filter((action) => possible[action])
    .map((action) => ({ action, update: orderChangeUpdates[action].name }));
}
