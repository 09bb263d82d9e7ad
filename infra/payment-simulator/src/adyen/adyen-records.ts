import { Collection, type StoredRecord } from '../store/collection.js';
import type { Ledger } from '../store/ledger.js';
import type { WebhookEvent } from '../webhooks/webhook-sender.js';

/** A payment that a checkout has made. Its id is its PSP reference. */
export interface PaymentRecord extends StoredRecord {
  readonly merchantReference: string;
  /** ISO 4217, upper case, as Adyen writes it. */
  readonly currency: string;
  /** What the shopper was asked for, in Adyen's minor units. */
  readonly amount: number;
  readonly status: 'authorised' | 'refused' | 'cancelled' | 'expired';
  /** What can still be captured. A capture in part lets go of the rest. */
  readonly held: number;
  readonly captured: number;
  readonly refunded: number;
  readonly createdMs: number;
}

export type ModificationKind = 'capture' | 'cancel' | 'refund' | 'reversal';

/** A request to change a payment, which is taken first and comes true or fails later. Its id is its PSP reference. */
export interface ModificationRecord extends StoredRecord {
  readonly payment: string;
  readonly kind: ModificationKind;
  /** Null where the kind has none: the whole payment is meant. */
  readonly amount: { readonly value: number; readonly currency: string } | null;
  /** The merchant's own reference of the modification, or else the payment's. */
  readonly reference: string;
  readonly state: 'received' | 'succeeded' | 'failed';
  /** What a reversal turned out to be. */
  readonly action: 'cancel' | 'refund' | null;
  /** Why it will fail when its time has come, whatever the payment's state. */
  readonly doom: string | null;
  /** When it is settled. Null: when the control API says so. */
  readonly dueMs: number | null;
  readonly idempotencyKey: string | null;
  readonly request: string | null;
}

/** A webhook's item without its signature. Its id counts notifications; doubles of a fact have different ids. */
export interface NotificationRecord extends StoredRecord, WebhookEvent {
  readonly item: NotificationItem;
  /** 1 until the endpoint has taken it. */
  readonly pending: 0 | 1;
}

/** @see https://docs.adyen.com/development-resources/webhooks/webhook-types */
export interface NotificationItem {
  readonly additionalData: Readonly<Record<string, string>>;
  readonly amount: { readonly currency: string; readonly value: number };
  readonly eventCode: string;
  /** ISO 8601 with the offset of Adyen's home. */
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

/** What was answered to the first request with an idempotency key. The id is the key. */
export interface AnswerRecord extends StoredRecord {
  readonly status: number;
  readonly body: string;
  readonly createdMs: number;
}

/** Everything that is kept of Adyen. The ledger is all providers'. */
export interface AdyenBooks {
  readonly payments: Collection<PaymentRecord>;
  readonly modifications: Collection<ModificationRecord>;
  readonly notifications: Collection<NotificationRecord>;
  readonly answers: Collection<AnswerRecord>;
  readonly ledger: Ledger;
}

export function createAdyenBooks(ledger: Ledger): AdyenBooks {
  return {
    payments: new Collection<PaymentRecord>('adyen.payments'),
    modifications: new Collection<ModificationRecord>('adyen.modifications', ({ payment }) => payment),
    notifications: new Collection<NotificationRecord>(
      'adyen.notifications',
      ({ payment_intent: payment }) => payment,
    ),
    answers: new Collection<AnswerRecord>('adyen.answers'),
    ledger,
  };
}

/** What the store is to keep beside the ledger. */
export function adyenCollections({ payments, modifications, notifications, answers }: AdyenBooks) {
  return [payments, modifications, notifications, answers];
}
