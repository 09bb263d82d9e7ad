import { Collection, type StoredRecord } from '../store/collection.js';
import { createLedger, type Ledger } from '../store/ledger.js';

/** @see https://docs.stripe.com/payments/paymentintents/lifecycle */
export const intentStatuses = [
  'requires_payment_method',
  'requires_confirmation',
  'requires_action',
  'processing',
  'requires_capture',
  'succeeded',
  'canceled',
] as const;
export type IntentStatus = (typeof intentStatuses)[number];

export type Metadata = Readonly<Record<string, string>>;

/**
 * The variable fields of a PaymentIntent, under Stripe's names.
 *
 * @see https://docs.stripe.com/api/payment_intents/object
 */
export interface IntentRecord extends StoredRecord {
  readonly amount: number;
  readonly amount_capturable: number;
  readonly amount_received: number;
  readonly canceled_at: number | null;
  readonly cancellation_reason: string | null;
  readonly capture_method: 'automatic' | 'automatic_async' | 'manual';
  readonly client_secret: string;
  readonly created: number;
  readonly currency: string;
  readonly last_payment_error: object | null;
  readonly latest_charge: string | null;
  readonly metadata: Metadata;
  readonly payment_method: string | null;
  /** The page that the customer returns to after authenticating. Not part of the object. */
  readonly return_url: string | null;
  readonly status: IntentStatus;
}

/**
 * The variable fields of a Charge, under Stripe's names. `amount_refunded` includes released money.
 *
 * @see https://docs.stripe.com/api/charges/object
 */
export interface ChargeRecord extends StoredRecord {
  readonly amount: number;
  readonly amount_captured: number;
  readonly amount_refunded: number;
  /** The time at which an uncaptured authorisation expires, in Unix seconds. */
  readonly capture_before: number | null;
  readonly captured: boolean;
  readonly created: number;
  readonly currency: string;
  readonly failure_code: string | null;
  readonly failure_message: string | null;
  readonly decline_code: string | null;
  readonly metadata: Metadata;
  readonly payment_intent: string;
  readonly payment_method: string;
  readonly status: 'succeeded' | 'pending' | 'failed';
}

/** The variable fields of a Refund, under Stripe's names. @see https://docs.stripe.com/api/refunds/object */
export interface RefundRecord extends StoredRecord {
  readonly amount: number;
  readonly charge: string;
  readonly created: number;
  readonly currency: string;
  readonly failure_reason: string | null;
  readonly metadata: Metadata;
  readonly payment_intent: string;
  readonly reason: string | null;
  readonly status: 'pending' | 'succeeded' | 'failed' | 'canceled';
}

/** The variable fields of a Dispute, under Stripe's names. @see https://docs.stripe.com/api/disputes/object */
export interface DisputeRecord extends StoredRecord {
  readonly amount: number;
  /** The money that it moved, in the currency of the account, which here is the charge's. */
  readonly balance_transactions: readonly {
    readonly id: string;
    readonly object: string;
    readonly amount: number;
    readonly currency: string;
  }[];
  readonly charge: string;
  readonly created: number;
  readonly currency: string;
  readonly payment_intent: string;
  readonly reason: string;
  readonly status: 'warning_needs_response' | 'warning_closed' | 'needs_response' | 'won' | 'lost';
}

/** An undelivered Event with a snapshot of its object. @see https://docs.stripe.com/api/events/object */
export interface EventRecord extends StoredRecord {
  readonly type: string;
  readonly created: number;
  readonly object: object;
  /** The payment that faults match. Not part of the object. */
  readonly payment_intent: string;
  readonly request: { readonly id: string | null; readonly idempotency_key: string | null };
}

/** The answer to the first execution under an idempotency key. The id is the key. */
export interface IdempotencyRecord extends StoredRecord {
  readonly path: string;
  /** A hash of the parameters, to detect another request with the key. */
  readonly fingerprint: string;
  readonly status: number;
  readonly body: string;
  readonly request: string;
  readonly createdMs: number;
}

/** All records of the simulated Stripe. */
export interface StripeRecords {
  readonly intents: Collection<IntentRecord>;
  readonly charges: Collection<ChargeRecord>;
  readonly refunds: Collection<RefundRecord>;
  readonly disputes: Collection<DisputeRecord>;
  readonly events: Collection<EventRecord>;
  readonly idempotency: Collection<IdempotencyRecord>;
  readonly ledger: Ledger;
}

export function createStripeRecords(): StripeRecords {
  return {
    intents: new Collection<IntentRecord>('stripe.payment_intents'),
    charges: new Collection<ChargeRecord>('stripe.charges', ({ payment_intent }) => payment_intent),
    refunds: new Collection<RefundRecord>('stripe.refunds', ({ payment_intent }) => payment_intent),
    disputes: new Collection<DisputeRecord>('stripe.disputes', ({ payment_intent }) => payment_intent),
    events: new Collection<EventRecord>('stripe.events'),
    idempotency: new Collection<IdempotencyRecord>('stripe.idempotency'),
    ledger: createLedger(),
  };
}

/** The collections to store. */
export function collectionsOf(records: StripeRecords) {
  const { intents, charges, refunds, disputes, events, idempotency, ledger } = records;
  return [intents, charges, refunds, disputes, events, idempotency, ledger];
}
