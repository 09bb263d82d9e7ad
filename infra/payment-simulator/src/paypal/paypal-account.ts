import type { Clock } from '../store/clock.js';
import type { Change } from '../store/collection.js';
import { addEntries, LedgerOperation } from '../store/ledger.js';
import type { Store } from '../store/store.js';
import { Transaction } from '../store/transaction.js';
import { newEventId } from './ids.js';
import type { AuthorizationRecord, CaptureRecord, PayPalRecords, RefundRecord } from './records.js';
import { renderAuthorization, renderCapture, renderRefund } from './render.js';

/** The cause of a change: a request, or an event of the provider itself, which has neither id nor key. */
export interface Cause {
  readonly requestId: string | null;
  readonly key: string | null;
}

export const byItself: Cause = { requestId: null, key: null };

/** "The server stores keys for 45 days." */
const keyRetentionMs = 45 * 86_400_000;

interface AccountOptions {
  readonly records: PayPalRecords;
  readonly store: Store;
  readonly clock: Clock;
}

/** One change: its records, events and ledger entries are committed together. */
export class PayPalExecution {
  readonly transaction = new Transaction();
  readonly events: string[] = [];
  readonly nowSeconds: number;

  constructor(
    readonly records: PayPalRecords,
    readonly nowMs: number,
    readonly cause: Cause,
    /** The code of a decline to answer with, if any. Called only when money would move. */
    readonly declineCode: () => string | undefined,
    /** Whether an endpoint receives events. */
    private readonly isDelivered: boolean,
  ) {
    this.nowSeconds = Math.floor(nowMs / 1_000);
  }

  putAuthorization(record: AuthorizationRecord, event?: string): AuthorizationRecord {
    const updated = { ...record, updated: this.nowSeconds };
    this.transaction.put(this.records.authorizations, updated);
    if (event) this.announce(event, record.id, 'authorization', renderAuthorization(updated));
    return updated;
  }

  putCapture(record: CaptureRecord, event?: string): CaptureRecord {
    const updated = { ...record, updated: this.nowSeconds };
    this.transaction.put(this.records.captures, updated);
    if (record.invoiceId !== null) {
      this.transaction.put(this.records.invoices, { id: record.invoiceId, capture: record.id });
    }
    if (event) this.announce(event, record.authorization, 'capture', renderCapture(updated));
    return updated;
  }

  putRefund(record: RefundRecord, event?: string): RefundRecord {
    const updated = { ...record, updated: this.nowSeconds };
    this.transaction.put(this.records.refunds, updated);
    if (event) this.announce(event, record.authorization, 'refund', renderRefund(updated));
    return updated;
  }

  announce(type: string, payment: string, resourceType: string, resource: object): void {
    if (!this.isDelivered) return;
    const event = this.transaction.put(this.records.events, {
      id: newEventId(),
      type,
      created: this.nowSeconds,
      resourceType,
      summary: `${type} for payment ${payment}`,
      resource,
      payment_intent: payment,
    });
    this.events.push(event.id);
  }

  /** Enters a movement of a payment into the ledger. */
  enter(
    operation: LedgerOperation,
    authorization: string,
    currency: string,
    amount: number,
    refund: string | null = null,
  ): void {
    addEntries(this.transaction, this.records.ledger, [
      {
        at: new Date(this.nowMs).toISOString(),
        provider: 'paypal',
        operation,
        payment_intent: authorization,
        amount,
        currency: currency.toLowerCase(),
        idempotency_key: this.cause.key,
        request: this.cause.requestId,
        refund,
      },
    ]);
  }

  /** The captures of a payment, with the changes of this execution. */
  captures(authorization: string): readonly CaptureRecord[] {
    return this.records.captures
      .group(authorization)
      .map((capture) => this.transaction.get(this.records.captures, capture.id) ?? capture);
  }
}

/** The only merchant account of the simulated PayPal: its records, its clock, and all ways to change them. */
export class PayPalAccount {
  readonly records: PayPalRecords;
  readonly clock: Clock;
  readonly #store: Store;
  /** Authorisations that hold money, in the order of their expiry. */
  readonly #holding = new Set<string>();
  #onEvents: ((ids: readonly string[]) => void) | undefined;

  constructor({ records, store, clock }: AccountOptions) {
    this.records = records;
    this.clock = clock;
    this.#store = store;
    for (const { id } of records.authorizations.values()) this.#note(id);
  }

  deliverEventsTo(onEvents: ((ids: readonly string[]) => void) | undefined): void {
    this.#onEvents = onEvents;
  }

  begin(cause: Cause = byItself, declineCode: () => string | undefined = () => undefined): PayPalExecution {
    return new PayPalExecution(
      this.records,
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
      if (change.collection === this.records.authorizations.name && 'put' in change)
        this.#note(change.put.id);
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
      const authorization = this.records.authorizations.get(id);
      if (!authorization) continue;
      const { expires, status, currency, amount } = authorization;
      if (expires > now) return;
      const execution = this.begin();
      if (status === 'CREATED') execution.enter(LedgerOperation.Void, id, currency, amount);
      const lapsed = { ...authorization, status: 'VOIDED', lapsed: true } as const;
      execution.putAuthorization(lapsed, 'PAYMENT.AUTHORIZATION.VOIDED');
      this.commit(execution);
    }
  }

  #note(id: string): void {
    const status = this.records.authorizations.get(id)?.status;
    if (status === 'CREATED' || status === 'PENDING') this.#holding.add(id);
    else this.#holding.delete(id);
  }

  /** Removes expired keys. */
  prune(): void {
    const changes: Change[] = [];
    for (const { id, createdMs } of this.records.requestKeys.values()) {
      if (this.clock.nowMs() - createdMs < keyRetentionMs) break;
      changes.push(this.records.requestKeys.remove(id));
    }
    this.#store.commit(changes);
  }
}
