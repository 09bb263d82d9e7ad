import { addEntries, type LedgerEntry, type LedgerOperation } from '../store/ledger.js';
import { Transaction } from '../store/transaction.js';
import { newObjectId } from './ids.js';
import type { ChargeRecord, DisputeRecord, IntentRecord, RefundRecord, StripeRecords } from './records.js';
import { renderCharge, renderDispute, renderIntent, renderRefund } from './render.js';

/** The cause of a change: a request, or an event of the provider itself, which has neither id nor key. */
export interface Cause {
  readonly requestId: string | null;
  readonly idempotencyKey: string | null;
}

interface ExecutionOptions {
  readonly records: StripeRecords;
  readonly nowMs: number;
  readonly cause: Cause;
  /** Whether an endpoint receives events of this type. */
  readonly isDelivered: (type: string) => boolean;
  /** The code of the issuer's decline, if a fault makes it decline. Called only when an issuer would be asked. */
  readonly issuerDecline?: () => string | undefined;
}

/** One execution of an operation: its records, events and ledger entries are committed together. */
export class Execution {
  readonly transaction = new Transaction();
  readonly records: StripeRecords;
  readonly nowMs: number;
  readonly nowSeconds: number;
  readonly cause: Cause;
  readonly issuerDecline: () => string | undefined;
  readonly #isDelivered: (type: string) => boolean;
  readonly #events: string[] = [];

  constructor({ records, nowMs, cause, isDelivered, issuerDecline }: ExecutionOptions) {
    this.#isDelivered = isDelivered;
    this.records = records;
    this.nowMs = nowMs;
    this.nowSeconds = Math.floor(nowMs / 1_000);
    this.cause = cause;
    this.issuerDecline = issuerDecline ?? (() => undefined);
  }

  /** Ids of the events that were announced, in order. */
  get events(): readonly string[] {
    return this.#events;
  }

  /** Renders an intent with the id of its latest charge, or with the charge itself. */
  render(intent: IntentRecord, expandsCharge = false): object {
    const charge =
      expandsCharge && intent.latest_charge !== null
        ? this.transaction.get(this.records.charges, intent.latest_charge)
        : undefined;
    return renderIntent(intent, charge);
  }

  putIntent(record: IntentRecord, ...announce: readonly `payment_intent.${string}`[]): IntentRecord {
    this.transaction.put(this.records.intents, record);
    for (const type of announce) {
      this.#announce(type, record.id, renderIntent(record));
    }
    return record;
  }

  putCharge(record: ChargeRecord, ...announce: readonly `charge.${string}`[]): ChargeRecord {
    this.transaction.put(this.records.charges, record);
    for (const type of announce) {
      this.#announce(type, record.payment_intent, renderCharge(record));
    }
    return record;
  }

  putRefund(
    record: RefundRecord,
    ...announce: readonly (`refund.${string}` | `charge.refund.${string}`)[]
  ): RefundRecord {
    this.transaction.put(this.records.refunds, record);
    for (const type of announce) {
      this.#announce(type, record.payment_intent, renderRefund(record));
    }
    return record;
  }

  putDispute(record: DisputeRecord, announce: `charge.dispute.${string}`): DisputeRecord {
    this.transaction.put(this.records.disputes, record);
    this.#announce(announce, record.payment_intent, renderDispute(record));
    return record;
  }

  enter(
    operation: LedgerOperation,
    intent: Pick<IntentRecord, 'id' | 'currency'>,
    amount: number,
    refund: string | null = null,
  ): void {
    const entry: Omit<LedgerEntry, 'id' | 'sequence'> = {
      at: new Date(this.nowMs).toISOString(),
      provider: 'stripe',
      operation,
      payment_intent: intent.id,
      amount,
      currency: intent.currency,
      idempotency_key: this.cause.idempotencyKey,
      request: this.cause.requestId,
      refund,
    };
    addEntries(this.transaction, this.records.ledger, [entry]);
  }

  #announce(type: string, intentId: string, object: object): void {
    if (!this.#isDelivered(type)) return;
    const event = this.transaction.put(this.records.events, {
      id: newObjectId('evt'),
      type,
      created: this.nowSeconds,
      object,
      payment_intent: intentId,
      request: { id: this.cause.requestId, idempotency_key: this.cause.idempotencyKey },
    });
    this.#events.push(event.id);
  }
}
