import type { CancellationReason, PaymentOwner, PaymentProviderName } from '@oms/domain';

/**
 * The outcome of a call to a provider. Every answer, and every missing answer, maps to one of these five. Adapters
 * never throw for a fault of a provider or a network.
 *
 * - `done`: it has happened, now or at an earlier call with the same key.
 * - `declined`: a decision. It has not happened and never will by calling again.
 * - `transient`: it has certainly not happened; call again later with the same key.
 * - `unknown`: it may have happened. Ask (`find`) with the same reference before anything else.
 * - `pending`: the provider has taken the instruction and reports its result later. Ask (`find`) for it; calling again
 *   with the same key changes nothing.
 *
 * `transient` and `unknown` describe one call only: a `transient` call after an `unknown` one leaves the operation
 * unknown. Only `done` and `declined` settle an operation.
 */
export type ProviderOutcome<Done> =
  | ({ readonly kind: 'done' } & Done)
  | Declined
  | { readonly kind: 'transient'; readonly message: string; readonly retryAfterMs?: number }
  | { readonly kind: 'unknown'; readonly message: string }
  | { readonly kind: 'pending'; readonly message: string };

export interface Declined {
  readonly kind: 'declined';
  readonly reason: CancellationReason;
  /** For people; may be shown to the merchant. */
  readonly message: string;
  /** The provider's own code, such as Stripe's `insufficient_funds`. */
  readonly declineCode?: string;
}

/** The state of a payment at the provider, in the terms of this system. Amounts in ISO 4217 minor units. */
export interface PaymentSnapshot {
  readonly reference: string;
  readonly state:
    /** The customer has not finished, or nothing has been confirmed. */
    | 'not_authorized'
    /** The provider is working on it. */
    | 'processing'
    /** Held and capturable. */
    | 'authorized'
    | 'captured'
    | 'voided';
  /** ISO 4217, upper case. */
  readonly currency: string;
  /** The amount that the customer authorised, captured or not. */
  readonly authorizedMinor: number;
  readonly capturedMinor: number;
  readonly refundedMinor: number;
  /**
   * A failed capture that was made again, by an unsigned notification. It counts as failed until an operator has
   * confirmed it.
   */
  readonly reportedCapture?: { readonly objectId: string; readonly amountMinor: number };
  /** The expiry of an uncaptured authorisation, ISO 8601, if the provider tells it. */
  readonly expiresAt?: string;
  /** The owner, as the checkout wrote it into the payment. Absent while the provider has not told it. */
  readonly owner?: PaymentOwner;
}

/** One refund of a payment at its provider, made by this system or in the provider's dashboard. */
export interface ProviderRefund {
  /** The provider's id of the refund. */
  readonly refundId: string;
  readonly amountMinor: number;
  /** `failed`: it did not happen, perhaps after it had been reported as done: the merchant has the money. */
  readonly state: 'succeeded' | 'pending' | 'failed';
  /** The idempotency key of the call that made it. Absent if it was made elsewhere. */
  readonly operationKey?: string;
  /** The provider's reason of its failure. */
  readonly reason?: string;
}

/** The parameters that all calls with an effect at a provider share. */
export interface ProviderCall {
  /** The provider's own id of the authorisation that the client's checkout made. */
  readonly reference: string;
  /** Deterministic: made of order, operation and ordinal. The same call always has the same key. */
  readonly idempotencyKey: string;
}

export interface MoneyCall extends ProviderCall {
  readonly amountMinor: number;
  /** ISO 4217, upper case. */
  readonly currency: string;
}

export interface AuthorizeCall extends MoneyCall {
  /**
   * Whether a payment of this owner may pay for the order. Otherwise the adapter answers as for an unknown reference,
   * before any other check, so that the caller learns nothing about another owner's payment.
   */
  readonly mayPay: (owner: PaymentOwner) => boolean;
}

/**
 * The port to a payment provider. Adapters are stateless and safe to call concurrently; they apply their own
 * request timeout and do not retry, since retrying is the caller's policy.
 */
export interface PaymentProvider {
  readonly name: PaymentProviderName;

  /**
   * Whether `find` asks the provider itself. Where the provider cannot be asked, `find` derives the payment from its
   * notifications, so that an operation without a notification may have happened all the same.
   */
  readonly canBeAsked: boolean;

  /**
   * The amount of which all amounts that the provider moves in a currency are multiples, in ISO 4217 minor units.
   *
   * @param currency ISO 4217, upper case
   */
  moneyStepMinor(currency: string): number;

  /** Reads the state of a payment. A reference that the provider does not know is `done` without a payment. */
  find(reference: string): Promise<ProviderOutcome<{ readonly payment?: PaymentSnapshot }>>;

  /**
   * Checks that the client's payment can pay for the order: it exists, belongs to the order's tenant, is capturable or
   * captured without a refund, is in `currency` and for at least `amountMinor`. Changes nothing at a provider where
   * the checkout has authorised or captured already. The snapshot's `state` tells which.
   */
  authorize(call: AuthorizeCall): Promise<ProviderOutcome<{ readonly payment: PaymentSnapshot }>>;

  /** Takes `amountMinor` of the authorisation. The provider releases the rest. */
  capture(call: MoneyCall): Promise<ProviderOutcome<{ readonly payment: PaymentSnapshot }>>;

  /** Releases an uncaptured authorisation. A void one is `done`, a captured one `declined`. */
  void(call: ProviderCall): Promise<ProviderOutcome<{ readonly payment: PaymentSnapshot }>>;

  /** Refunds captured money, in whole or in part. More than was captured is `declined`. */
  refund(
    call: MoneyCall,
  ): Promise<ProviderOutcome<{ readonly refundId: string; readonly amountMinor: number }>>;

  /** Reads every refund of a payment, failed ones included. An unknown reference has none. */
  listRefunds(reference: string): Promise<ProviderOutcome<{ readonly refunds: readonly ProviderRefund[] }>>;
}

/** The adapters that are configured, by name. */
export type PaymentProviders = Readonly<Partial<Record<PaymentProviderName, PaymentProvider>>>;
