import type { Change } from '../store/collection.js';
import type { Clock } from '../store/clock.js';
import type { Store } from '../store/store.js';
import { Execution, type Cause } from './execution.js';
import { IdempotencyKeys } from './idempotency.js';
import { cancelIntent } from './operations/settlement.js';
import type { IntentRecord, StripeRecords } from './records.js';

interface AccountOptions {
  readonly records: StripeRecords;
  readonly store: Store;
  readonly clock: Clock;
}

/** The cause of changes that no request asks for. */
const byItself: Cause = { requestId: null, idempotencyKey: null };

/** The only account of the simulated Stripe: its records, its clock, and all ways to change them. */
export class StripeAccount {
  readonly records: StripeRecords;
  readonly keys: IdempotencyKeys;
  readonly clock: Clock;
  readonly #store: Store;
  /** Intents that hold money, in the order of their expiry. */
  readonly #holding = new Set<string>();
  #onEvents: ((ids: readonly string[]) => void) | undefined;
  #isWanted: (type: string) => boolean = () => true;

  constructor({ records, store, clock }: AccountOptions) {
    this.records = records;
    this.clock = clock;
    this.keys = new IdempotencyKeys(records);
    this.#store = store;
    const holding = [...records.intents.values()].filter(({ status }) => status === 'requires_capture');
    const lapse = new Map(holding.map((intent) => [intent.id, this.#lapsesAt(intent)]));
    for (const [id] of [...lapse].sort(([, a], [, b]) => a - b)) this.#holding.add(id);
  }

  /** Sets the listener for stored events. Unwanted events are not stored. */
  deliverEventsTo(
    onEvents: ((ids: readonly string[]) => void) | undefined,
    isWanted: (type: string) => boolean,
  ): void {
    this.#onEvents = onEvents;
    this.#isWanted = isWanted;
  }

  begin(cause: Cause = byItself, issuerDecline?: () => string | undefined): Execution {
    return new Execution({
      records: this.records,
      nowMs: this.clock.nowMs(),
      cause,
      isDelivered: (type) => this.#onEvents !== undefined && this.#isWanted(type),
      ...(issuerDecline ? { issuerDecline } : {}),
    });
  }

  /**
   * Commits an execution and further changes together.
   *
   * @throws when it could not be written; then nothing has changed
   */
  commit(execution: Execution, alongside: readonly Change[] = []): void {
    const { changes } = execution.transaction;
    this.#store.commit([...changes, ...alongside]);
    for (const change of changes) {
      if (change.collection === this.records.intents.name && 'put' in change) this.#noteIntent(change.put.id);
    }
    if (execution.events.length > 0) this.#onEvents?.(execution.events);
  }

  /** Commits changes outside of an execution. */
  commitChanges(changes: readonly Change[]): void {
    this.#store.commit(changes);
  }

  /**
   * Cancels expired authorisations.
   *
   * "Uncaptured PaymentIntents are cancelled a set number of days (7 by default) after their creation", with the
   * cancellation reason `automatic`.
   *
   * @see https://docs.stripe.com/api/payment_intents/capture
   */
  cancelLapsed(): void {
    const now = this.clock.nowSeconds();
    for (const id of this.#holding) {
      const intent = this.records.intents.get(id);
      if (!intent) continue;
      if (this.#lapsesAt(intent) > now) return;
      const execution = this.begin();
      cancelIntent(execution, intent, 'automatic');
      this.commit(execution);
    }
  }

  /** Removes expired idempotency keys. */
  prune(): void {
    this.#store.commit(this.keys.prune(this.clock.nowMs()));
  }

  #lapsesAt(intent: IntentRecord): number {
    const charge = intent.latest_charge === null ? undefined : this.records.charges.get(intent.latest_charge);
    return charge?.capture_before ?? Infinity;
  }

  #noteIntent(id: string): void {
    const holds = this.records.intents.get(id)?.status === 'requires_capture';
    if (holds) this.#holding.add(id);
    else this.#holding.delete(id);
  }
}
