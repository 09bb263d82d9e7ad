import type { ErpOrder } from './erp-order.js';

/**
 * What became of a push. Every answer and every silence is one of these four; adapters never throw for something that
 * an ERP or a network did.
 *
 * - `done`: the ERP's order is as the snapshot says, or as a newer one does.
 * - `refused`: the ERP will not take this order as it is, now or later. For people to read; pushed again only when
 *   somebody asks for it, or when the order has changed.
 * - `transient`: the push did not get to its end, for a reason that passes or that somebody has to remove. Push again.
 * - `unknown`: the push may or may not have got to its end. Push again.
 *
 * Pushing again is always safe: it finds what an earlier push has done, and goes on from there.
 */
export type ErpOutcome<Done> = ({ readonly kind: 'done' } & Done) | ErpFault;

export type ErpFault =
  | { readonly kind: 'refused'; readonly message: string }
  | {
      readonly kind: 'transient';
      readonly message: string;
      readonly retryAfterMs?: number;
      /**
       * Waiting alone does not help: credentials are refused, or the settings lead nowhere. It is no refusal because
       * nothing is wrong with the order, and all orders go through once the operator has dealt with it.
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
  /** What an earlier push of this order answered. A hint: the ERP is asked all the same. */
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

  /** Whether orders could be pushed with these settings. Changes nothing at the ERP. */
  testConnection(): Promise<ErpOutcome<{ readonly description: string }>>;
}
