import {
  chargeMinor,
  decide,
  DoubtPhase,
  isCaptureReversed,
  OrderEventType,
  OrderFlag,
  PaymentStatus,
  paymentStatusOf,
  StatementOutcome,
  weighStatement,
  type Refusal,
  type OrderFacts,
  type PaymentDoubt,
  type ProviderSource,
  type StatedEntry,
} from '@oms/domain';
import type { ChangeOrderResult, ResolvePaymentInput } from '@oms/contracts/temporal';

import { append, partOf } from '../order-log/command-writing.js';
import type { Database } from '../kit/database.js';
import { Prisma } from '../generated/client.js';
import { decideOnce, remember } from '../order-log/order-lock.js';
import { readOrderFacts } from '../order-log/order-facts-reader.js';
import type { Queries } from '../kit/queries.js';
import { present } from '../kit/present.js';
import { captureOrdinalOf, withCaptures } from '../payments/capture-requests.js';
import { readLedgerFlags, withFlags } from '../payments/ledger-flags.js';
import { closeRefund, readPendingRefund, type RefundRecord } from '../returns/refund-records.js';

/** The record of an operator's statement. */
export interface PaymentStatementRecord {
  readonly change: ResolvePaymentInput;
  readonly provider: ProviderSource;
  /** For people: the provider's own answer, or the reason why it gave none. */
  readonly providerSaid: string;
}

/**
 * Records an operator's statement about a payment once. Checks it under the order's lock against the present ledger and
 * against the provider's answer. Writes the entries, the event, the audit record and the answer in one transaction. A
 * refusal is kept, and changes nothing.
 *
 * @throws RowNotFoundError for an unknown order
 */
export function recordPaymentStatement(
  database: Database,
  record: PaymentStatementRecord,
): Promise<ChangeOrderResult> {
  const { change } = record;
  return decideOnce(database, change, async (queries) => {
    const refusal = await writeStatement(queries, record, await readOrderFacts(queries, change));
    return refusal ?? remember(queries, change, { partId: partOf(change) });
  });
}

async function writeStatement(
  queries: Queries,
  { change, provider, providerSaid }: PaymentStatementRecord,
  facts: OrderFacts,
): Promise<Refusal | undefined> {
  const { command } = change;
  const decision = decide(facts, command);
  if (decision.kind === 'refused') return decision;
  const refund = await readPendingRefund(queries, change);
  const doubt = await readDoubt(queries, change, facts, refund);
  const weighed = weighStatement(command, doubt, provider);
  if (weighed.kind === 'refused') return weighed;
  await queries.paymentStatement.create({ data: statementRow(change, doubt.phase, providerSaid) });
  if (refund && weighed.entries.length > 0) await closeRefund(queries, refund);
  await appendEntries(queries, change, weighed.entries, { doubt, refund });
  await appendStated(queries, change, weighed.entries, doubt, providerSaid);
  return undefined;
}

/** The provider's answer that the order waits for. A refund that was promised before a cancellation comes first. */
function phaseOf(facts: OrderFacts, refund: RefundRecord | undefined): DoubtPhase {
  if (refund) return DoubtPhase.Refunding;
  if (facts.beingCancelledFor !== undefined) return DoubtPhase.Compensating;
  return isCaptureReversed(facts) ? DoubtPhase.CaptureReversed : DoubtPhase.Paying;
}

async function readDoubt(
  queries: Queries,
  { orderId }: ResolvePaymentInput,
  facts: OrderFacts,
  refund: RefundRecord | undefined,
): Promise<PaymentDoubt> {
  const phase = phaseOf(facts, refund);
  const payment = await queries.payment.findUniqueOrThrow({
    where: { orderId },
    include: { order: { select: { currencyExponent: true } } },
  });
  return {
    phase,
    currency: { code: payment.currency, exponent: payment.order.currencyExponent },
    chargeMinor: chargeMinor(facts),
    authorizedMinor: Number(payment.authorizedMinor),
    capturedMinor: Number(payment.capturedMinor),
    voidedMinor: Number(payment.voidedMinor),
    refundedMinor: Number(payment.refundedMinor),
    ...(refund ? { refundMinor: refund.amountMinor } : {}),
    ...(phase === DoubtPhase.CaptureReversed
      ? { reversedCapture: await readReversedCapture(queries, orderId) }
      : {}),
  };
}

/** The last capture that the provider reversed, and the id of a second capture that it has reported since. */
async function readReversedCapture(
  queries: Queries,
  orderId: string,
): Promise<NonNullable<PaymentDoubt['reversedCapture']>> {
  const entry = await queries.paymentLedgerEntry.findFirst({
    where: { orderId, operation: 'capture_failed' },
    orderBy: { ordinal: 'desc' },
  });
  const report = await queries.orderEvent.findFirst({
    where: { orderId, type: OrderEventType.PaymentRecaptureReported },
    orderBy: { sequence: 'desc' },
  });
  const { about } = (report?.data ?? {}) as { readonly about?: string };
  return { amountMinor: Number(entry?.amountMinor ?? 0), ...present('reportedId', about) };
}

function statementRow(change: ResolvePaymentInput, phase: DoubtPhase, providerSaid: string) {
  const { command, orderId } = change;
  return {
    id: partOf(change),
    ...{ orderId, phase, providerSaid },
    outcome: command.outcome,
    evidence: command.evidence,
    statedBy: command.by,
    reason: command.reason,
    ...present('amountMinor', command.amountMinor),
    ...present('providerObjectId', command.providerObjectId),
    ...present('evidenceUrl', command.evidenceUrl),
  };
}

/** Uses the keys of the requests to the provider, so that a later answer of the provider adds no second entry. */
async function appendEntries(
  queries: Queries,
  change: ResolvePaymentInput,
  entries: readonly StatedEntry[],
  { doubt, refund }: { readonly doubt: PaymentDoubt; readonly refund: RefundRecord | undefined },
): Promise<void> {
  const { orderId, command } = change;
  const { reference } = await queries.payment.findUniqueOrThrow({ where: { orderId } });
  for (const { operation, amountMinor } of entries) {
    const ordinal =
      operation === 'capture' ? await captureOrdinal(queries, orderId, doubt.phase) : (refund?.ordinal ?? 1);
    await queries.paymentLedgerEntry.create({
      data: {
        ...{ orderId, operation, ordinal, amountMinor },
        idempotencyKey: `${orderId}:${operation}:${ordinal}`,
        providerObjectId: command.providerObjectId ?? reference,
        statementId: partOf(change),
      },
    });
  }
}

/** The ordinal of the capture that is under way, or of the next one. */
async function captureOrdinal(queries: Queries, orderId: string, phase: DoubtPhase): Promise<number> {
  if (phase === DoubtPhase.CaptureReversed) {
    const { _max: last } = await queries.paymentLedgerEntry.aggregate({
      where: { orderId, operation: 'capture' },
      _max: { ordinal: true },
    });
    return 1 + (last.ordinal ?? 0);
  }
  return captureOrdinalOf(
    await queries.order.findUniqueOrThrow({ where: { id: orderId }, include: withCaptures }),
  );
}

async function appendStated(
  queries: Queries,
  change: ResolvePaymentInput,
  entries: readonly StatedEntry[],
  doubt: PaymentDoubt,
  providerSaid: string,
): Promise<void> {
  const sumOf = (wanted: StatedEntry['operation']): number =>
    entries
      .filter(({ operation }) => operation === wanted)
      .reduce((sum, { amountMinor }) => sum + amountMinor, 0);
  const isCaptureReversed = doubt.phase === DoubtPhase.CaptureReversed;
  // Money that came another way is at no provider, so the provider's own payment has not changed.
  const to =
    change.command.outcome === StatementOutcome.SettledElsewhere
      ? PaymentStatus.Failed
      : paymentStatusOf({
          capturedMinor: doubt.capturedMinor + sumOf('capture'),
          voidedMinor: doubt.voidedMinor + sumOf('void'),
          refundedMinor: doubt.refundedMinor + sumOf('refund'),
        });
  const stated = isCaptureReversed ? flagsAfter(change.command.outcome) : Prisma.sql`orders.flags`;
  const flags = withFlags(await readLedgerFlags(queries, change), stated);
  const { outcome, amountMinor, providerObjectId, evidence, evidenceUrl, reason } = change.command;
  await append(queries, change, {
    set: Prisma.sql`flags = ${flags}, payment_status = ${to},`,
    event: {
      type: OrderEventType.PaymentStated,
      from: Prisma.sql`${isCaptureReversed ? PaymentStatus.Failed : PaymentStatus.Unknown}`,
      to: Prisma.sql`${to}`,
      reason,
      data: {
        ...{ outcome, evidence, providerSaid, statementId: partOf(change) },
        ...present('amountMinor', amountMinor),
        ...present('providerObjectId', providerObjectId),
        ...present('evidenceUrl', evidenceUrl),
      },
    },
  });
}

/** The flags of an order with a reversed capture, after a statement about the money. */
function flagsAfter(outcome: StatementOutcome): Prisma.Sql {
  const { CaptureFailed, RecaptureReported, SettledElsewhere, PaidTwice } = OrderFlag;
  if (outcome === StatementOutcome.SettledElsewhere) {
    return Prisma.sql`array_replace(flags, ${CaptureFailed}::text, ${SettledElsewhere}::text)`;
  }
  // Captured again: money that came another way before has now come twice.
  return Prisma.sql`array_replace(
    array_remove(array_remove(flags, ${CaptureFailed}::text), ${RecaptureReported}::text),
    ${SettledElsewhere}::text, ${PaidTwice}::text)`;
}
