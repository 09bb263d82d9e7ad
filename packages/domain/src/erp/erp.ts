/** The kinds of ERP that orders can be kept in. */
export const ErpKind = { Tryton: 'tryton', Push: 'push' } as const;
export type ErpKind = (typeof ErpKind)[keyof typeof ErpKind];

/** Every kind of ERP. */
export const erpKinds: readonly ErpKind[] = Object.values(ErpKind);

/** Where an order stands at the ERP. */
export const ErpSyncStatus = {
  /** The order's newest version is on its way there. */
  Pending: 'pending',
  /** The ERP has the order's newest version. */
  Synced: 'synced',
  /** The last attempt failed; the next one comes by itself. */
  Failed: 'failed',
  /** The ERP will not take this version. Tried again with the next one, or when somebody asks. */
  Refused: 'refused',
} as const;
export type ErpSyncStatus = (typeof ErpSyncStatus)[keyof typeof ErpSyncStatus];

/** Every such status. */
export const erpSyncStatuses: readonly ErpSyncStatus[] = Object.values(ErpSyncStatus);

/** An order at the ERP. Times are ISO 8601 in UTC. */
export interface OrderErp {
  readonly status: ErpSyncStatus;
  /** The ERP's own id of the order, once it has it. */
  readonly erpId?: string;
  /** Where people find it there. */
  readonly url?: string;
  /** The version of the order that the ERP has. */
  readonly pushedVersion?: number;
  /** How many attempts the newest push has taken so far. */
  readonly attempts: number;
  readonly lastError?: string;
  /** When the ERP first failed to take what is on its way. */
  readonly failingSince?: string;
  readonly nextAttemptAt?: string;
}
