export const ShipmentStatus = {
  /** Under way. */
  Shipped: 'shipped',
  Delivered: 'delivered',
  /** It never left, or was called back: its units are left to ship again. */
  Cancelled: 'cancelled',
  /** It came back undelivered, or was lost. */
  ReturnedToSender: 'returned_to_sender',
} as const;
export type ShipmentStatus = (typeof ShipmentStatus)[keyof typeof ShipmentStatus];

export const shipmentStatuses: readonly ShipmentStatus[] = Object.values(ShipmentStatus);
