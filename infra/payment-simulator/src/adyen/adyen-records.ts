import { Collection, type StoredRecord } from '../store/collection.js';
import type { Ledger } from '../store/ledger.js';
import type { WebhookEvent } from '../webhooks/webhook-sender.js';

/** A payment that a checkout has made. Its id is its PSP reference. */
export interface PaymentRecord extends StoredRecord {
  readonly merchantReference: string;
  /** ISO 4217, upper case, as Adyen writes it. */
  readonly currency: string;
  /** The amount that the shopper was asked for, in Adyen's minor units. */
  readonly amount: number;
  readonly status: 'authorised' | 'refused' | 'cancelled' | 'expired';
  /** The amount that can still be captured. A partial capture releases the rest. */
  readonly held: number;
  readonly captured: number;
  readonly refunded: number;
  readonly createdMs: number;
}

export type ModificationKind = 'capture' | 'cancel' | 'refund';

/** A request to change a payment. It is received first, and succeeds or fails later. Its id is its PSP reference. */
export interface ModificationRecord extends StoredRecord {
  readonly payment: string;
  readonly kind: ModificationKind;
  /** Null for a cancellation, which is always of the whole payment. */
  readonly amount: { readonly value: number; readonly currency: string } | null;
  /** The merchant's reference of the modification; by default the payment's. */
  readonly reference: string;
  readonly state: 'received' | 'succeeded' | 'failed';
  /** A reason with which the settlement fails in any state of the payment; null for none. */
  readonly failureReason: string | null;
  /** The time of its settlement. Null: the control API settles it. */
  readonly dueMs: number | null;
  readonly idempotencyKey: string | null;
  readonly request: string | null;
}

/** An undelivered webhook's item, without its signature. */
export interface NotificationRecord extends StoredRecord, WebhookEvent {
  readonly item: NotificationItem;
}

/** @see https://docs.adyen.com/development-resources/webhooks/webhook-types */
export interface NotificationItem {
  readonly amount: { readonly currency: string; readonly value: number };
  readonly eventCode: string;
  /** ISO 8601 with the offset of Amsterdam in winter. */
  readonly eventDate: string;
  readonly merchantAccountCode: string;
  readonly merchantReference: string;
  readonly operations?: readonly string[];
  readonly originalReference?: string;
  readonly paymentMethod: string;
  readonly pspReference: string;
  readonly reason: string;
  readonly success: 'true' | 'false';
}

/** The answer to the first request with an idempotency key. The id is the key. */
export interface AnswerRecord extends StoredRecord {
  readonly status: number;
  readonly body: string;
  readonly createdMs: number;
}

/** All records of the simulated Adyen. The ledger is shared with the other providers. */
export interface AdyenRecords {
  readonly payments: Collection<PaymentRecord>;
  readonly modifications: Collection<ModificationRecord>;
  readonly notifications: Collection<NotificationRecord>;
  readonly answers: Collection<AnswerRecord>;
  readonly ledger: Ledger;
}

export function createAdyenRecords(ledger: Ledger): AdyenRecords {
  return {
    payments: new Collection<PaymentRecord>('adyen.payments'),
    modifications: new Collection<ModificationRecord>('adyen.modifications', ({ payment }) => payment),
    notifications: new Collection<NotificationRecord>('adyen.notifications'),
    answers: new Collection<AnswerRecord>('adyen.answers'),
    ledger,
  };
}

/** The collections to store, without the ledger. */
export function adyenCollections({ payments, modifications, notifications, answers }: AdyenRecords) {
  return [payments, modifications, notifications, answers];
}
