import { OrderStatus, PaymentStatus } from '@oms/domain';

import { orderChangeUpdates } from '../orders/order-workflow.js';

/** An action of an operator on an order that waits. */
export interface OperatorAction {
  readonly action: 'retry' | 'give_up' | 'resolve_payment';
  /** The name of the Temporal Update that carries it out. */
  readonly update: string;
}

/** The actions that operators can take on a waiting order. */
export function operatorActionsFor(order: {
  readonly status: OrderStatus;
  readonly paymentStatus: PaymentStatus;
  readonly isBeingCancelled: boolean;
}): readonly OperatorAction[] {
  const { status, paymentStatus, isBeingCancelled } = order;
  const possible = {
    retry: true,
    give_up: status === OrderStatus.Pending && !isBeingCancelled,
    resolve_payment: paymentStatus === PaymentStatus.Unknown,
  } as const satisfies Record<OperatorAction['action'], boolean>;
  return (['retry', 'give_up', 'resolve_payment'] as const)
    .filter((action) => possible[action])
    .map((action) => ({ action, update: orderChangeUpdates[action].name }));
}
