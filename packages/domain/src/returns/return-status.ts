export const ReturnStatus = {
  Requested: 'requested',
  Approved: 'approved',
  Declined: 'declined',
  /** The goods never came, or are not going to come. */
  Cancelled: 'cancelled',
  /** It was approved, and the goods did not come in time. */
  Expired: 'expired',
  Received: 'received',
  Refunded: 'refunded',
} as const;
export type ReturnStatus = (typeof ReturnStatus)[keyof typeof ReturnStatus];

export const returnStatuses: readonly ReturnStatus[] = Object.values(ReturnStatus);

/** The statuses of a return that is under way. An order with such a return is not closed. */
export const openReturnStatuses = [ReturnStatus.Requested, ReturnStatus.Approved] as const;

export const isOpenReturn = (status: ReturnStatus): boolean =>
  openReturnStatuses.some((open) => open === status);
