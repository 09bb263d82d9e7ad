import { Collection, type StoredRecord } from '../store/collection.js';
import type { Ledger } from '../store/ledger.js';
import type { Amount } from './money.js';

/** @see https://developer.paypal.com/docs/api/payments/v2/ */
export const authorizationStatuses = [
  'CREATED',
  'CAPTURED',
  'DENIED',
  'PARTIALLY_CAPTURED',
  'VOIDED',
  'PENDING',
] as const;
export type AuthorizationStatus = (typeof authorizationStatuses)[number];

/** How a payer's payment behaves later: what a checkout was told, and nobody at PayPal's API sees. */
export interface Behaviour {
  /** Captures and refunds begin as PENDING, and wait to be completed. */
  readonly capturesPend: boolean;
  readonly refundsPend: boolean;
  /** The funds are there for the honor period only: after it a capture needs a reauthorisation. */
  readonly fundsLeave: boolean;
}

/** An authorisation. Times are Unix seconds of the simulator's clock. */
export interface AuthorizationRecord extends StoredRecord, Amount, Behaviour {
  readonly order: string;
  /** The first authorisation of a reauthorised payment; itself where it is the first. */
  readonly root: string;
  readonly status: AuthorizationStatus;
  /** The merchant's own text of the purchase unit. */
  readonly customId: string | null;
  /** Voided by time, and by nobody. */
  readonly lapsed: boolean;
  readonly created: number;
  readonly updated: number;
  /** Until when PayPal honours it: three days. */
  readonly honoredUntil: number;
  /** Until when it can be captured or reauthorised: 29 days from the first one. */
  readonly expires: number;
}

export interface CaptureRecord extends StoredRecord, Amount {
  readonly authorization: string;
  readonly root: string;
  readonly order: string;
  readonly status: 'COMPLETED' | 'DECLINED' | 'PENDING' | 'PARTIALLY_REFUNDED' | 'REFUNDED';
  readonly reason: string | null;
  readonly responseCode: string | null;
  readonly final: boolean;
  /** The authorisation's. */
  readonly customId: string | null;
  readonly invoiceId: string | null;
  readonly refundsPend: boolean;
  readonly created: number;
  readonly updated: number;
}

export interface RefundRecord extends StoredRecord, Amount {
  readonly capture: string;
  readonly root: string;
  readonly order: string;
  readonly status: 'FAILED' | 'PENDING' | 'COMPLETED';
  readonly reason: string | null;
  readonly customId: string | null;
  readonly invoiceId: string | null;
  readonly note: string | null;
  readonly created: number;
  readonly updated: number;
}

export interface EventRecord extends StoredRecord {
  readonly type: string;
  readonly created: number;
  readonly resourceType: string;
  readonly summary: string;
  readonly resource: object;
  readonly payment_intent: string;
  readonly pending: boolean;
}

/** What a `PayPal-Request-Id` was used for: an object, whose latest state answers a repetition. */
export interface RequestKeyRecord extends StoredRecord {
  readonly path: string;
  readonly kind: 'authorization' | 'capture' | 'refund';
  readonly object: string;
  readonly status: number;
  readonly createdMs: number;
}

/** Which capture has an invoice's id, the latest one. */
export interface InvoiceRecord extends StoredRecord {
  readonly capture: string;
}

/** With what webhooks are signed. Kept, so that who trusts it can go on to. */
export interface SigningRecord extends StoredRecord {
  readonly authorityPem: string;
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

export interface PayPalBooks {
  readonly authorizations: Collection<AuthorizationRecord>;
  readonly captures: Collection<CaptureRecord>;
  readonly refunds: Collection<RefundRecord>;
  readonly invoices: Collection<InvoiceRecord>;
  readonly events: Collection<EventRecord>;
  readonly requestKeys: Collection<RequestKeyRecord>;
  readonly signing: Collection<SigningRecord>;
  /** Shared with the other providers. */
  readonly ledger: Ledger;
}

/** Authorisations are grouped by their order; captures and refunds by the first authorisation of their payment. */
export function createPayPalBooks(ledger: Ledger): PayPalBooks {
  return {
    authorizations: new Collection<AuthorizationRecord>('paypal.authorizations', ({ order }) => order),
    captures: new Collection<CaptureRecord>('paypal.captures', ({ root }) => root),
    refunds: new Collection<RefundRecord>('paypal.refunds', ({ root }) => root),
    invoices: new Collection<InvoiceRecord>('paypal.invoices'),
    events: new Collection<EventRecord>('paypal.events'),
    requestKeys: new Collection<RequestKeyRecord>('paypal.request_keys'),
    signing: new Collection<SigningRecord>('paypal.signing'),
    ledger,
  };
}

/** All that the store is to keep beside the ledger, which is kept already. */
export function payPalCollections(books: PayPalBooks) {
  const { authorizations, captures, refunds, invoices, events, requestKeys, signing } = books;
  return [authorizations, captures, refunds, invoices, events, requestKeys, signing];
}
