/** A tenant's settings for its orders. */
export interface TenantSettings {
  /** Prefix of every order number: capital letters and digits. */
  readonly orderNumberPrefix: string;
  /** Time for returns after the delivery of an order. The order is closed at its end. */
  readonly returnWindowSeconds: number;
  /** Time that an order may stay pending while a step fails. The order is cancelled at its end. */
  readonly pendingLimitSeconds: number;
  /** Whether a payment must name its tenant and organisation. */
  readonly paymentsRequireMetadata: boolean;
}

/** The settings of a new tenant. The database's defaults are the same. */
export const defaultTenantSettings: TenantSettings = {
  orderNumberPrefix: 'ORD',
  returnWindowSeconds: 30 * 86_400,
  pendingLimitSeconds: 86_400,
  paymentsRequireMetadata: false,
};
