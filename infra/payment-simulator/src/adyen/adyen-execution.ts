import { addEntries, type LedgerOperation } from '../store/ledger.js';
import { Transaction } from '../store/transaction.js';
import type { AdyenBooks, ModificationRecord, NotificationItem, PaymentRecord } from './adyen-records.js';

/** What a notification says beyond the payment that it is about. */
export interface Announcement {
  readonly eventCode: string;
  readonly success: boolean;
  /** The modification's, or for a payment's own events left out. */
  readonly modification?: ModificationRecord;
  readonly amount: number;
  readonly reason?: string;
  readonly additionalData?: Readonly<Record<string, string>>;
  readonly operations?: readonly string[];
  /** Of events that have a reference of their own without being asked for, such as a chargeback. */
  readonly pspReference?: string;
}

interface ExecutionOptions {
  readonly books: AdyenBooks;
  readonly nowMs: number;
  readonly merchantAccount: string;
  /** How many endpoints are told. */
  readonly endpoints: 0 | 1;
}

/** One change of the books: what it puts, announces and enters into the ledger takes place as one. */
export class AdyenExecution {
  readonly transaction = new Transaction();
  readonly books: AdyenBooks;
  readonly nowMs: number;
  readonly #options: ExecutionOptions;
  readonly #announced: string[] = [];

  constructor(options: ExecutionOptions) {
    this.books = options.books;
    this.nowMs = options.nowMs;
    this.#options = options;
  }

  /** Ids of the notifications that were announced, in order. */
  get announced(): readonly string[] {
    return this.#announced;
  }

  payment(id: string): PaymentRecord {
    const payment = this.transaction.get(this.books.payments, id);
    if (!payment) throw new Error(`there is no payment ${id}`);
    return payment;
  }

  putPayment(payment: PaymentRecord): PaymentRecord {
    return this.transaction.put(this.books.payments, payment);
  }

  putModification(modification: ModificationRecord): ModificationRecord {
    return this.transaction.put(this.books.modifications, modification);
  }

  enter(
    operation: LedgerOperation,
    payment: PaymentRecord,
    amount: number,
    cause?: ModificationRecord,
  ): void {
    addEntries(this.transaction, this.books.ledger, [
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
    const { books, transaction, nowMs } = this;
    let order = books.notifications.size;
    do order += 1;
    while (transaction.get(books.notifications, String(order)));
    const { id } = transaction.put(books.notifications, {
      id: String(order),
      type: announcement.eventCode,
      created: Math.floor(nowMs / 1_000),
      payment_intent: payment.id,
      item: this.#item(payment, announcement),
      pending: this.#options.endpoints,
    });
    this.#announced.push(id);
  }

  #item(payment: PaymentRecord, announcement: Announcement): NotificationItem {
    const { eventCode, success, modification, amount, reason, additionalData, operations } = announcement;
    const own = modification?.id ?? announcement.pspReference;
    return {
      additionalData: additionalData ?? {},
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

/** As Adyen writes times: with seconds and an offset that is not that of UTC. */
function amsterdamWinterTime(ms: number): string {
  return `${new Date(ms + 3_600_000).toISOString().slice(0, 19)}+01:00`;
}
