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

/** How a payment behaves later. The control API sets it, and PayPal's API does not show it. */
export interface Behaviour {
  /** Captures and refunds begin as PENDING, and wait to be completed. */
  readonly capturesPend: boolean;
  readonly refundsPend: boolean;
  /** The funds leave when the honor period ends: later captures fail. */
  readonly fundsLeave: boolean;
}

/** An authorisation. Times are Unix seconds of the simulator's clock. */
export interface AuthorizationRecord extends StoredRecord, Amount, Behaviour {
  readonly order: string;
  readonly status: AuthorizationStatus;
  /** The merchant's `custom_id` of the purchase unit. */
  readonly customId: string | null;
  /** Whether it was voided because it expired. */
  readonly lapsed: boolean;
  readonly created: number;
  readonly updated: number;
  /** The end of the honor period of three days. */
  readonly honoredUntil: number;
  /** The time of its expiry: 29 days after it was made. */
  readonly expires: number;
}

export interface CaptureRecord extends StoredRecord, Amount {
  readonly authorization: string;
  readonly order: string;
  readonly status: 'COMPLETED' | 'DECLINED' | 'PENDING' | 'PARTIALLY_REFUNDED' | 'REFUNDED';
  readonly reason: string | null;
  readonly responseCode: string | null;
  readonly final: boolean;
  /** The `custom_id` of the authorisation. */
  readonly customId: string | null;
  readonly invoiceId: string | null;
  readonly refundsPend: boolean;
  readonly created: number;
  readonly updated: number;
}

export interface RefundRecord extends StoredRecord, Amount {
  readonly capture: string;
  readonly authorization: string;
  readonly order: string;
  readonly status: 'FAILED' | 'PENDING' | 'COMPLETED';
  readonly reason: string | null;
  readonly customId: string | null;
  readonly invoiceId: string | null;
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
}

/** The object that the request with this `PayPal-Request-Id` made. A retry is answered with its latest state. */
export interface RequestKeyRecord extends StoredRecord {
  readonly path: string;
  readonly kind: 'authorization' | 'capture' | 'refund';
  readonly object: string;
  readonly status: number;
  readonly createdMs: number;
}

/** The latest capture with this invoice id. */
export interface InvoiceRecord extends StoredRecord {
  readonly capture: string;
}

/** The key and certificates of webhook signatures. They survive a restart, because endpoints trust them. */
export interface SigningRecord extends StoredRecord {
  readonly authorityPem: string;
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

export interface PayPalRecords {
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

/** Groups authorisations by order, and captures and refunds by authorisation. */
export function createPayPalRecords(ledger: Ledger): PayPalRecords {
  return {
    authorizations: new Collection<AuthorizationRecord>('paypal.authorizations', ({ order }) => order),
    captures: new Collection<CaptureRecord>('paypal.captures', ({ authorization }) => authorization),
    refunds: new Collection<RefundRecord>('paypal.refunds', ({ authorization }) => authorization),
    invoices: new Collection<InvoiceRecord>('paypal.invoices'),
    events: new Collection<EventRecord>('paypal.events'),
    requestKeys: new Collection<RequestKeyRecord>('paypal.request_keys'),
    signing: new Collection<SigningRecord>('paypal.signing'),
    ledger,
  };
}

/** The collections to store, without the ledger. */
export function payPalCollections(records: PayPalRecords) {
  const { authorizations, captures, refunds, invoices, events, requestKeys, signing } = records;
  return [authorizations, captures, refunds, invoices, events, requestKeys, signing];
}
