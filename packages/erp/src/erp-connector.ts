import type { ErpOrder } from './erp-order.js';

/**
 * The outcome of a push. Every answer, and every missing answer, maps to one of these four. Adapters never throw for
 * a fault of an ERP or a network.
 * - `done`: the ERP's order matches the snapshot, or a newer one.
 * - `refused`: the ERP rejects this order, now and later. People have to read the message. Pushed again only when an
 *   operator requests it, or when the order has changed.
 * - `transient`: the push did not finish. The cause is temporary, or an operator has to remove it. Push again.
 * - `unknown`: the push may or may not have finished. Push again.
 *
 * Pushing again is always safe: the push finds the results of earlier ones and continues from there.
 */
export type ErpOutcome<Done> = ({ readonly kind: 'done' } & Done) | ErpFault;

export type ErpFault =
  | { readonly kind: 'refused'; readonly message: string }
  | {
      readonly kind: 'transient';
      readonly message: string;
      readonly retryAfterMs?: number;
      /**
       * Set if waiting alone does not help: the ERP rejects the credentials, or the settings are wrong. The outcome
       * is not `refused`, because the order is valid. All orders can be pushed once the operator has repaired the
       * connection.
       */
      readonly needsOperator?: true;
    }
  | { readonly kind: 'unknown'; readonly message: string };

/** The ERP's own order. */
export interface ErpLink {
  readonly erpId: string;
  /** The page of the order, for people. */
  readonly url?: string;
}

export interface PushCall {
  /** Derived from order and version: a repeated call has the same key. */
  readonly idempotencyKey: string;
  /** The ERP's id from an earlier push of this order. Only a hint: the adapter must still look the order up. */
  readonly previousErpId?: string;
}

/**
 * The port to a tenant's ERP. Adapters keep only connections and logins, are safe to call concurrently, and apply
 * their own timeouts. They do not retry requests that may have taken effect; the caller decides about retries.
 */
export interface ErpConnector {
  /**
   * Creates or updates the ERP's order to match the snapshot. Idempotent and convergent: the ERP has one order for
   * each order here, over any number of pushes, concurrent ones included. A snapshot that is older than the ERP's
   * order changes nothing (`done`).
   */
  pushOrder(order: ErpOrder, call: PushCall): Promise<ErpOutcome<ErpLink>>;

  /** Tests whether orders can be pushed with these settings. Changes nothing at the ERP. */
  testConnection(): Promise<ErpOutcome<{ readonly description: string }>>;
}
