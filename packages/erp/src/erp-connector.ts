import type { ErpOrder } from './erp-order.js';

/**
 * The outcome of a push. Every answer, and every missing answer, maps to one of these four. Adapters never throw for a
 * fault of an ERP or a network.
 *
 * - `done`: the ERP's order matches the snapshot, or a newer one.
 * - `refused`: the ERP rejects this order as it is, now and later. For people to read; pushed again only when somebody
 *   asks for it, or when the order has changed.
 * - `transient`: the push did not finish, for a cause that passes or that somebody has to remove. Push again.
 * - `unknown`: the push may or may not have finished. Push again.
 *
 * Another push is always safe: it finds the results of earlier ones and continues from there.
 */
export type ErpOutcome<Done> = ({ readonly kind: 'done' } & Done) | ErpFault;

export type ErpFault =
  | { readonly kind: 'refused'; readonly message: string }
  | {
      readonly kind: 'transient';
      readonly message: string;
      readonly retryAfterMs?: number;
      /**
       * Waiting alone does not help: the ERP rejects the credentials, or the settings are wrong. It is not `refused`,
       * since the order is valid: all orders go through once the operator has repaired the connection.
       */
      readonly needsOperator?: true;
    }
  | { readonly kind: 'unknown'; readonly message: string };

/** The ERP's own order. */
export interface ErpLink {
  readonly erpId: string;
  /** Where people find it. */
  readonly url?: string;
}

export interface PushCall {
  /** Deterministic: made of order and version. The same call always has the same key. */
  readonly idempotencyKey: string;
  /** The ERP's id from an earlier push of this order. A hint: the ERP is asked all the same. */
  readonly previousErpId?: string;
}

/**
 * The port to a tenant's ERP. Adapters keep nothing but connections and logins, are safe to call concurrently, apply
 * their own timeouts and do not retry what may have happened, since retrying is the caller's policy.
 */
export interface ErpConnector {
  /**
   * Brings the ERP's order to the snapshot, and makes it where it is not there yet. Idempotent and convergent: one
   * order at the ERP for one order here, however often and by however many at once it is pushed, and a snapshot that
   * is older than what the ERP has changes nothing (`done`).
   */
  pushOrder(order: ErpOrder, call: PushCall): Promise<ErpOutcome<ErpLink>>;

  /** Tests whether orders can be pushed with these settings. Changes nothing at the ERP. */
  testConnection(): Promise<ErpOutcome<{ readonly description: string }>>;
}
