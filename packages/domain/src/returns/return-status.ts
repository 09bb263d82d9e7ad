import type { LineQuantity } from '../kit/line-quantity.js';

export const ReturnStatus = {
  Requested: 'requested',
  Approved: 'approved',
  Declined: 'declined',
  /** The goods never came, or are not going to come. */
  Cancelled: 'cancelled',
  Received: 'received',
  Refunded: 'refunded',
} as const;
export type ReturnStatus = (typeof ReturnStatus)[keyof typeof ReturnStatus];

export const returnStatuses: readonly ReturnStatus[] = Object.values(ReturnStatus);

/** The statuses of a return that is under way. An order with such a return is not closed. */
export const openReturnStatuses = [ReturnStatus.Requested, ReturnStatus.Approved] as const;

export const isOpenReturn = (status: ReturnStatus): boolean =>
  openReturnStatuses.some((open) => open === status);

/** In what condition units of a return came back. */
export const UnitCondition = {
  /** They can be sold again: they are put back into stock. */
  Restock: 'restock',
  /** They came back, and cannot be sold again. */
  Damaged: 'damaged',
  /** They did not come back: they count as delivered, and can be returned later. */
  Missing: 'missing',
} as const;
export type UnitCondition = (typeof UnitCondition)[keyof typeof UnitCondition];

export const unitConditions: readonly UnitCondition[] = Object.values(UnitCondition);

/** How many units of a line came back, by condition. The three add up to the units of the line in the return. */
export interface ReceivedLine extends Readonly<Record<UnitCondition, number>> {
  readonly lineId: string;
}

/** The units that came back, whether they can be sold again or not. */
export function unitsBack(received: readonly ReceivedLine[]): readonly LineQuantity[] {
  return received
    .map(({ lineId, restock, damaged }) => ({ lineId, quantity: restock + damaged }))
    .filter(({ quantity }) => quantity > 0);
}
