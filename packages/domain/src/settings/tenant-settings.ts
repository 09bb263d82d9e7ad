/** What a tenant has settled for its orders. */
export interface TenantSettings {
  /** Before each order's number: capital letters and digits. */
  readonly orderNumberPrefix: string;
  /** How long after its delivery an order is open for returns; then it is closed. */
  readonly returnWindowSeconds: number;
  /** How long an order may stay pending while a step cannot be done; then it is cancelled. */
  readonly pendingLimitSeconds: number;
  /** Whether a payment has to name its tenant and organisation, or may name none. */
  readonly paymentsRequireMetadata: boolean;
}

/** The settings of a tenant that has changed none. The database's defaults are the same. */
export const defaultTenantSettings: TenantSettings = {
  orderNumberPrefix: 'ORD',
  returnWindowSeconds: 30 * 86_400,
  pendingLimitSeconds: 86_400,
  paymentsRequireMetadata: false,
};
