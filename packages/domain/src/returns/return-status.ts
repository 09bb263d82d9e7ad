export const ReturnStatus = {
  Requested: 'requested',
  Approved: 'approved',
  Declined: 'declined',
  Received: 'received',
  Refunded: 'refunded',
} as const;
export type ReturnStatus = (typeof ReturnStatus)[keyof typeof ReturnStatus];

export const returnStatuses: readonly ReturnStatus[] = Object.values(ReturnStatus);
