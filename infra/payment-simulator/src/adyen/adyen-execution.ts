import { randomUUID } from 'node:crypto';

import { addEntries, type LedgerOperation } from '../store/ledger.js';
import { Transaction } from '../store/transaction.js';
import type { AdyenRecords, ModificationRecord, NotificationItem, PaymentRecord } from './adyen-records.js';

/** The content of a notification, without its payment. */
export interface Announcement {
  readonly eventCode: string;
  readonly success: boolean;
  /** Absent for events of the payment itself. */
  readonly modification?: ModificationRecord;
  readonly amount: number;
  readonly reason?: string;
  readonly operations?: readonly string[];
  /** The event's own reference, if no request caused the event, as with a chargeback. */
  readonly pspReference?: string;
}

interface ExecutionOptions {
  readonly records: AdyenRecords;
  readonly nowMs: number;
  readonly merchantAccount: string;
  /** Whether an endpoint receives notifications. */
  readonly isDelivered: boolean;
}

/** One change: its records, notifications and ledger entries are committed together. */
export class AdyenExecution {
  readonly transaction = new Transaction();
  readonly records: AdyenRecords;
  readonly nowMs: number;
  readonly #options: ExecutionOptions;
  readonly #announced: string[] = [];

  constructor(options: ExecutionOptions) {
    this.records = options.records;
    this.nowMs = options.nowMs;
    this.#options = options;
  }

  /** Ids of the notifications that were announced, in order. */
  get announced(): readonly string[] {
    return this.#announced;
  }

  payment(id: string): PaymentRecord {
    const payment = this.transaction.get(this.records.payments, id);
    if (!payment) throw new Error(`there is no payment ${id}`);
    return payment;
  }

  putPayment(payment: PaymentRecord): PaymentRecord {
    return this.transaction.put(this.records.payments, payment);
  }

  putModification(modification: ModificationRecord): ModificationRecord {
    return this.transaction.put(this.records.modifications, modification);
  }

  enter(
    operation: LedgerOperation,
    payment: PaymentRecord,
    amount: number,
    cause?: ModificationRecord,
  ): void {
    addEntries(this.transaction, this.records.ledger, [
      {
        at: new Date(this.nowMs).toISOString(),
        provider: 'adyen',
        operation,
        payment_intent: payment.id,
        amount,
        currency: payment.currency,
        idempotency_key: cause?.idempotencyKey ?? null,
        request: cause?.request ?? null,
        refund: cause?.kind === 'refund' ? cause.id : null,
      },
    ]);
  }

  announce(payment: PaymentRecord, announcement: Announcement): void {
    if (!this.#options.isDelivered) return;
    const { records, transaction, nowMs } = this;
    const { id } = transaction.put(records.notifications, {
      id: randomUUID(),
      type: announcement.eventCode,
      created: Math.floor(nowMs / 1_000),
      payment_intent: payment.id,
      item: this.#item(payment, announcement),
    });
    this.#announced.push(id);
  }

  #item(payment: PaymentRecord, announcement: Announcement): NotificationItem {
    const { eventCode, success, modification, amount, reason, operations } = announcement;
    const own = modification?.id ?? announcement.pspReference;
    return {
      amount: { currency: payment.currency, value: amount },
      eventCode,
      eventDate: amsterdamWinterTime(this.nowMs),
      merchantAccountCode: this.#options.merchantAccount,
      merchantReference: modification?.reference ?? payment.merchantReference,
      ...(operations ? { operations } : {}),
      ...(own === undefined ? {} : { originalReference: payment.id }),
      paymentMethod: 'visa',
      pspReference: own ?? payment.id,
      reason: reason ?? '',
      success: success ? 'true' : 'false',
    };
  }
}

/** Adyen's time format: with seconds, and with an offset other than that of UTC. */
function amsterdamWinterTime(ms: number): string {
  return `${new Date(ms + 3_600_000).toISOString().slice(0, 19)}+01:00`;
}
