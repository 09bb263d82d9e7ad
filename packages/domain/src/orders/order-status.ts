import { DomainError } from '../kit/domain-error.js';

/** Where an order stands in its life. */
export const OrderStatus = {
  Draft: 'draft',
  Pending: 'pending',
  Confirmed: 'confirmed',
  Processing: 'processing',
  Shipped: 'shipped',
  Delivered: 'delivered',
  Closed: 'closed',
  Cancelled: 'cancelled',
} as const;
export type OrderStatus = (typeof OrderStatus)[keyof typeof OrderStatus];

/** Every status, in the order of an order's life. */
export const orderStatuses: readonly OrderStatus[] = Object.values(OrderStatus);

/**
 * The one transition table. The workflow moves orders by it, the database's check constraint, the API
 * documentation and the README's diagram are tested against it.
 */
export const orderTransitions = {
  draft: ['pending', 'cancelled'],
  pending: ['confirmed', 'cancelled'],
  confirmed: ['processing', 'cancelled'],
  processing: ['shipped'],
  shipped: ['delivered'],
  delivered: ['closed'],
  closed: [],
  cancelled: [],
} as const satisfies Record<OrderStatus, readonly OrderStatus[]>;

/** The statuses that an order may go to from `from`. */
export function allowedTransitions(from: OrderStatus): readonly OrderStatus[] {
  return orderTransitions[from];
}

/** Whether nothing can follow. */
export function isTerminal(status: OrderStatus): boolean {
  return allowedTransitions(status).length === 0;
}

/**
 * The only way to a new status.
 *
 * @returns `to`, when the table allows the step
 * @throws DomainError `transition_not_allowed` that names the allowed ones
 */
export function transition<To extends OrderStatus>(from: OrderStatus, to: To): To {
  const allowed = allowedTransitions(from);
  if (!allowed.includes(to)) {
    throw new DomainError(
      'transition_not_allowed',
      `an order that is ${from} cannot become ${to}; allowed: ${allowed.length ? allowed.join(', ') : 'none'}`,
      { from, to, allowed },
    );
  }
  return to;
}
