import { refused, RefusalCode } from '../kit/refusal.js';

/** The stages of an order's lifecycle. */
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

/** Every status, in the sequence of the lifecycle. */
export const orderStatuses: readonly OrderStatus[] = Object.values(OrderStatus);

/**
 * The only transition table. Every change of an order's status goes through it. Tests compare the database's triggers and
 * constraints with it.
 */
export const orderTransitions = {
  draft: ['pending', 'cancelled'],
  pending: ['confirmed', 'cancelled'],
  confirmed: ['processing', 'cancelled'],
  // Cancelled by the cancellation of all its units, never as a whole.
  processing: ['shipped', 'cancelled'],
  // Units of a shipment are left to ship again. Closed where all shipments came back and no unit can be sold again.
  shipped: ['delivered', 'processing', 'closed'],
  delivered: ['closed'],
  closed: [],
  cancelled: [],
} as const satisfies Record<OrderStatus, readonly OrderStatus[]>;

export function allowedTransitions(from: OrderStatus): readonly OrderStatus[] {
  return orderTransitions[from];
}

/** Transitions that follow from the units of an order. No request names their status. */
const followingUnits: Readonly<Partial<Record<OrderStatus, readonly OrderStatus[]>>> = {
  [OrderStatus.Processing]: [OrderStatus.Cancelled],
  [OrderStatus.Shipped]: [OrderStatus.Processing, OrderStatus.Closed],
};

/** The statuses that a request can name next. */
export function requestableStatuses(from: OrderStatus): readonly OrderStatus[] {
  return allowedTransitions(from).filter((to) => followingUnits[from]?.includes(to) !== true);
}

/** Whether no transition leaves the status. */
export function isTerminal(status: OrderStatus): boolean {
  return allowedTransitions(status).length === 0;
}

/**
 * Checks a transition that a request names.
 *
 * @returns `to`, if a request can name it
 * @throws RefusedError with the allowed statuses
 */
export function transition<To extends OrderStatus>(from: OrderStatus, to: To): To {
  if (!requestableStatuses(from).includes(to)) {
    throw refused(RefusalCode.TransitionNotAllowed, `an order that is ${from} cannot become ${to}`, {
      details: { allowed: requestableStatuses(from) },
    });
  }
  return to;
}
