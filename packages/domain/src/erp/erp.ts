/** The kinds of ERP that orders can be synchronised to. */
export const ErpKind = { Tryton: 'tryton', Push: 'push' } as const;
export type ErpKind = (typeof ErpKind)[keyof typeof ErpKind];

export const erpKinds: readonly ErpKind[] = Object.values(ErpKind);

/** The status of an order's synchronisation to its ERP. */
export const ErpSyncStatus = {
  /** The push of the order's newest version is under way. */
  Pending: 'pending',
  /** The ERP has the order's newest version. */
  Synced: 'synced',
  /** The last attempt failed. The next attempt is automatic. */
  Failed: 'failed',
  /** The ERP rejected this version. Retried with the next version, or on request. */
  Refused: 'refused',
} as const;
export type ErpSyncStatus = (typeof ErpSyncStatus)[keyof typeof ErpSyncStatus];

export const erpSyncStatuses: readonly ErpSyncStatus[] = Object.values(ErpSyncStatus);

/** The state of an order at its ERP. Times are ISO 8601 in UTC. */
export interface OrderErp {
  readonly status: ErpSyncStatus;
  /** The ERP's own id of the order. Absent before the first successful push. */
  readonly erpId?: string;
  /** Web address of the order at the ERP, for people. */
  readonly url?: string;
  /** The version of the order that the ERP has. */
  readonly pushedVersion?: number;
  /** Attempts of the newest push so far. */
  readonly attempts: number;
  readonly lastError?: string;
  /** Start of the current series of failures. */
  readonly failingSince?: string;
  readonly nextAttemptAt?: string;
}
