import type { Clock } from '../store/clock.js';
import type { Change } from '../store/collection.js';
import { addEntries, LedgerOperation } from '../store/ledger.js';
import type { Store } from '../store/store.js';
import { Transaction } from '../store/transaction.js';
import { newEventId } from './ids.js';
import type { AuthorizationRecord, CaptureRecord, PayPalBooks, RefundRecord } from './records.js';
import { renderAuthorization, renderCapture, renderRefund } from './render.js';

/** Why something is done: a request, or what happens by itself, which has neither id nor key. */
export interface Cause {
  readonly requestId: string | null;
  readonly key: string | null;
}

export const byItself: Cause = { requestId: null, key: null };

/** "The server stores keys for 45 days." */
const keyRetentionMs = 45 * 86_400_000;
const maxEvents = 10_000;

interface AccountOptions {
  readonly books: PayPalBooks;
  readonly store: Store;
  readonly clock: Clock;
}

/** One change: what it does to the books, announces and enters into the ledger takes place as one. */
export class PayPalExecution {
  readonly transaction = new Transaction();
  readonly events: string[] = [];
  readonly nowSeconds: number;

  constructor(
    readonly books: PayPalBooks,
    readonly nowMs: number,
    readonly cause: Cause,
    /** The decline that is to be answered with, if any. Asked only where money is. */
    readonly declineCode: () => string | undefined,
    private readonly deliver: boolean,
  ) {
    this.nowSeconds = Math.floor(nowMs / 1_000);
  }

  putAuthorization(record: AuthorizationRecord, event?: string): AuthorizationRecord {
    const updated = { ...record, updated: this.nowSeconds };
    this.transaction.put(this.books.authorizations, updated);
    if (event) this.announce(event, record.root, 'authorization', renderAuthorization(updated));
    return updated;
  }

  putCapture(record: CaptureRecord, event?: string): CaptureRecord {
    const updated = { ...record, updated: this.nowSeconds };
    this.transaction.put(this.books.captures, updated);
    if (record.invoiceId !== null) {
      this.transaction.put(this.books.invoices, { id: record.invoiceId, capture: record.id });
    }
    if (event) this.announce(event, record.root, 'capture', renderCapture(updated));
    return updated;
  }

  putRefund(record: RefundRecord, event?: string): RefundRecord {
    const updated = { ...record, updated: this.nowSeconds };
    this.transaction.put(this.books.refunds, updated);
    if (event) this.announce(event, record.root, 'refund', renderRefund(updated));
    return updated;
  }

  announce(type: string, payment: string, resourceType: string, resource: object): void {
    const event = this.transaction.put(this.books.events, {
      id: newEventId(),
      type,
      created: this.nowSeconds,
      resourceType,
      summary: `${type} for payment ${payment}`,
      resource,
      payment_intent: payment,
      pending: this.deliver,
    });
    this.events.push(event.id);
  }

  /** Enters a movement of a payment, which the ledger knows by its first authorisation. */
  enter(
    operation: LedgerOperation,
    payment: { readonly root: string; readonly currency: string },
    amount: number,
    refund: string | null = null,
  ): void {
    addEntries(this.transaction, this.books.ledger, [
      {
        at: new Date(this.nowMs).toISOString(),
        provider: 'paypal',
        operation,
        payment_intent: payment.root,
        amount,
        currency: payment.currency.toLowerCase(),
        idempotency_key: this.cause.key,
        request: this.cause.requestId,
        refund,
      },
    ]);
  }

  /** The captures of a payment, as they are within this execution. */
  captures(root: string): readonly CaptureRecord[] {
    return this.books.captures
      .group(root)
      .map((capture) => this.transaction.get(this.books.captures, capture.id) ?? capture);
  }

  /** Every authorisation of a payment: the first and those that it was renewed by. */
  family({ order }: AuthorizationRecord): readonly AuthorizationRecord[] {
    return this.books.authorizations.group(order);
  }
}

/** The one merchant account of the simulated PayPal: its books, its time and the one way to change it. */
export class PayPalAccount {
  readonly books: PayPalBooks;
  readonly clock: Clock;
  readonly #store: Store;
  /** The first authorisations of payments that hold money, in the order in which they will lapse. */
  readonly #holding = new Set<string>();
  #onEvents: ((ids: readonly string[]) => void) | undefined;

  constructor({ books, store, clock }: AccountOptions) {
    this.books = books;
    this.clock = clock;
    this.#store = store;
    for (const { id } of books.authorizations.values()) this.#note(id);
  }

  deliverEventsTo(onEvents: ((ids: readonly string[]) => void) | undefined): void {
    this.#onEvents = onEvents;
  }

  begin(cause: Cause = byItself, declineCode: () => string | undefined = () => undefined): PayPalExecution {
    return new PayPalExecution(
      this.books,
      this.clock.nowMs(),
      cause,
      declineCode,
      this.#onEvents !== undefined,
    );
  }

  /** @throws when it could not be written; nothing has changed then */
  commit(execution: PayPalExecution, alongside: readonly Change[] = []): void {
    const { changes } = execution.transaction;
    this.#store.commit([...changes, ...alongside]);
    for (const change of changes) {
      if (change.collection === this.books.authorizations.name && 'put' in change) this.#note(change.put.id);
    }
    if (execution.events.length > 0) this.#onEvents?.(execution.events);
  }

  commitChanges(changes: readonly Change[]): void {
    this.#store.commit(changes);
  }

  /**
   * Voids the authorisations whose 29 days have passed. PAYMENT.AUTHORIZATION.VOIDED: "A payment authorization is
   * voided either due to authorization reaching its 30 day validity period or authorization was manually voided".
   *
   * @see https://developer.paypal.com/api/rest/webhooks/event-names/
   */
  voidLapsed(): void {
    const now = this.clock.nowSeconds();
    for (const id of this.#holding) {
      const root = this.books.authorizations.get(id);
      if (!root) continue;
      if (root.expires > now) return;
      const execution = this.begin();
      if (root.status === 'CREATED') execution.enter(LedgerOperation.Void, root, root.amount);
      for (const member of execution.family(root)) {
        const event = member.id === id ? 'PAYMENT.AUTHORIZATION.VOIDED' : undefined;
        execution.putAuthorization({ ...member, status: 'VOIDED', lapsed: true }, event);
      }
      this.commit(execution);
    }
  }

  #note(id: string): void {
    const { root, status } = this.books.authorizations.get(id) ?? {};
    if (root !== id) return;
    if (status === 'CREATED' || status === 'PENDING') this.#holding.add(id);
    else this.#holding.delete(id);
  }

  /** Forgets keys that are old enough, and events beyond those that are kept. */
  prune(): void {
    const changes: Change[] = [];
    for (const { id, createdMs } of this.books.requestKeys.values()) {
      if (this.clock.nowMs() - createdMs < keyRetentionMs) break;
      changes.push(this.books.requestKeys.remove(id));
    }
    let surplus = this.books.events.size - maxEvents;
    for (const event of this.books.events.values()) {
      if (surplus <= 0) break;
      if (event.pending) continue;
      changes.push(this.books.events.remove(event.id));
      surplus -= 1;
    }
    this.#store.commit(changes);
  }
}
