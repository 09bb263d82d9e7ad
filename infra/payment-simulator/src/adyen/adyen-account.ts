import type { Logger } from '@oms/observability';

import type { Change } from '../store/collection.js';
import type { Clock } from '../store/clock.js';
import { LedgerOperation } from '../store/ledger.js';
import type { Store } from '../store/store.js';
import { AdyenExecution } from './adyen-execution.js';
import type { AdyenRecords, AnswerRecord, ModificationRecord, PaymentRecord } from './adyen-records.js';
import { newPspReference } from './psp-reference.js';
import { expirePayment, settleModification } from './settlement.js';

/** When modifications are settled: automatically after a delay, or by the control API. */
export type SettlementMode = { readonly mode: 'auto'; readonly delayMs: number } | { readonly mode: 'hold' };

/** "Idempotency keys are valid for a minimum of 7 days after first submission." */
const keyRetentionMs = 7 * 86_400_000;
/** The time until an authorisation expires. @see https://docs.adyen.com/online-payments/adjust-authorisation */
const authorisationMs = 28 * 86_400_000;

interface AccountOptions {
  readonly records: AdyenRecords;
  readonly store: Store;
  readonly clock: Clock;
  readonly merchantAccount: string;
  readonly settlement: SettlementMode;
  readonly log: Logger;
}

/** A shopper's attempt to pay. */
export interface Checkout {
  readonly amount: number;
  readonly currency: string;
  readonly status: 'authorised' | 'refused';
  readonly pspReference?: string | undefined;
  readonly merchantReference?: string | undefined;
  readonly refusalReason?: string | undefined;
}

/** The only merchant account of the simulated Adyen: its records, its clock, and all ways to change them. */
export class AdyenAccount {
  readonly records: AdyenRecords;
  readonly clock: Clock;
  readonly merchantAccount: string;
  settlement: SettlementMode;
  readonly #store: Store;
  readonly #log: Logger;
  readonly #timers = new Set<NodeJS.Timeout>();
  #onNotifications: ((ids: readonly string[]) => void) | undefined;

  constructor({ records, store, clock, merchantAccount, settlement, log }: AccountOptions) {
    this.records = records;
    this.clock = clock;
    this.merchantAccount = merchantAccount;
    this.settlement = settlement;
    this.#store = store;
    this.#log = log;
    for (const modification of this.#received()) this.#schedule(modification);
  }

  /** Sets the listener for stored notifications. Without a listener, notifications are not stored. */
  deliverTo(onNotifications: ((ids: readonly string[]) => void) | undefined): void {
    this.#onNotifications = onNotifications;
  }

  begin(): AdyenExecution {
    return new AdyenExecution({
      records: this.records,
      nowMs: this.clock.nowMs(),
      merchantAccount: this.merchantAccount,
      isDelivered: this.#onNotifications !== undefined,
    });
  }

  /** Commits an execution and further changes together. @throws when it could not be written */
  commit(execution: AdyenExecution, alongside: readonly Change[] = []): void {
    this.#store.commit([...execution.transaction.changes, ...alongside]);
    if (execution.announced.length > 0) this.#onNotifications?.(execution.announced);
  }

  commitChanges(changes: readonly Change[]): void {
    this.#store.commit(changes);
  }

  /** Makes a payment as a checkout does, and announces it. */
  checkOut(checkout: Checkout): PaymentRecord {
    const { amount, currency, status, refusalReason = 'Refused' } = checkout;
    const execution = this.begin();
    const id = checkout.pspReference ?? newPspReference();
    const authorised = status === 'authorised';
    const payment = execution.putPayment({
      id,
      merchantReference: checkout.merchantReference ?? `checkout-${id}`,
      currency,
      amount,
      status,
      held: authorised ? amount : 0,
      captured: 0,
      refunded: 0,
      createdMs: execution.nowMs,
    });
    if (authorised) execution.enter(LedgerOperation.Authorize, payment, amount);
    execution.announce(payment, {
      eventCode: 'AUTHORISATION',
      success: authorised,
      amount,
      ...(authorised ? { operations: ['CANCEL', 'CAPTURE', 'REFUND'] } : { reason: refusalReason }),
    });
    this.commit(execution);
    return payment;
  }

  /** The time at which a modification that is received now will be settled; null if only the control API settles it. */
  dueMs(nowMs: number): number | null {
    return this.settlement.mode === 'auto' ? nowMs + this.settlement.delayMs : null;
  }

  /** Schedules the settlement of a stored modification. */
  expect(modification: ModificationRecord): void {
    this.#schedule(modification);
  }

  /**
   * Settles pending modifications in the order of their requests.
   *
   * @returns the PSP references of the modifications that were settled
   */
  settle(which: (modification: ModificationRecord) => boolean = () => true): readonly string[] {
    const chosen = this.#received().filter(which);
    for (const modification of chosen) {
      const execution = this.begin();
      settleModification(execution, modification);
      this.commit(execution);
    }
    return chosen.map(({ id }) => id);
  }

  /** Settles due modifications, expires old authorisations and removes expired keys. */
  tick(): void {
    const nowMs = this.clock.nowMs();
    this.settle(({ dueMs }) => dueMs !== null && dueMs <= nowMs);
    for (const payment of this.records.payments.values()) {
      if (payment.createdMs + authorisationMs > nowMs) break;
      const execution = this.begin();
      if (expirePayment(execution, payment)) this.commit(execution);
    }
    this.#prune(nowMs);
  }

  /** The stored answer to the first request with this key, until the key expires. */
  storedAnswer(key: string): AnswerRecord | undefined {
    const answer = this.records.answers.get(key);
    return answer && this.clock.nowMs() - answer.createdMs < keyRetentionMs ? answer : undefined;
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  #received(): readonly ModificationRecord[] {
    return [...this.records.modifications.values()].filter(({ state }) => state === 'received');
  }

  #schedule({ id, dueMs }: ModificationRecord): void {
    if (dueMs === null) return;
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer);
        try {
          this.settle((modification) => modification.id === id);
        } catch (error) {
          this.#log.error(
            { err: error, id },
            'a modification could not be settled; the next tick tries again',
          );
        }
      },
      Math.max(0, dueMs - this.clock.nowMs()),
    );
    timer.unref();
    this.#timers.add(timer);
  }

  #prune(nowMs: number): void {
    const changes: Change[] = [];
    for (const { id, createdMs } of this.records.answers.values()) {
      if (nowMs - createdMs < keyRetentionMs) break;
      changes.push(this.records.answers.remove(id));
    }
    this.#store.commit(changes);
  }
}
