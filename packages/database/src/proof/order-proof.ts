import {
  chargeMinor,
  disputeOperations,
  disputesIn,
  keptMinor,
  OrderFlag,
  PaymentStatus,
  sayAmount,
  unitFaults,
  type DisputeEntry,
  type OrderFacts,
  type OrderProof,
  type OrderRef,
  type OrderStatus,
} from '@oms/domain';

import type { Database } from '../kit/database.js';
import { Prisma } from '../generated/client.js';
import { readFactsOfOrders } from '../order-log/order-facts-reader.js';
import { owesSettlement } from '../order-log/order-standing.js';
import { invoiceFaults, invoiceSums, selectInvoice, type InvoiceProofRow } from './invoice-proof.js';

/** The sums of a payment's ledger. */
const sumNames = ['authorize', 'capture', 'void', 'refund', 'dispute'] as const;
type Sum = (typeof sumNames)[number];

const moneyOf = (sums: Record<Sum, number>) => ({
  authorizedMinor: sums.authorize,
  capturedMinor: sums.capture,
  voidedMinor: sums.void,
  refundedMinor: sums.refund,
  disputedMinor: sums.dispute,
});

interface ProofRow {
  id: string;
  tenant_id: string;
  org_id: string;
  number: string;
  status: OrderStatus;
  currency: string;
  currency_exponent: number;
  total_minor: bigint;
  version: number;
  has_provider: boolean;
  /** Only of a payment that the order has claimed: nobody may learn whether another tenant's payment exists. */
  owes_settlement: boolean;
  events: number;
  last_sequence: number;
  payment: null | {
    provider: string;
    reference: string;
    sums: Record<Sum, number>;
    /** Sums without reversed captures and refunds, and without disputed money that was given back. */
    ledger: Record<Sum, number>;
    /** The ledger's entries about disputes, in their sequence. */
    disputes: readonly DisputeEntry[];
    refunds_succeeded: number;
    refunds_recorded: number;
  };
  was_confirmed: boolean;
  invoice: InvoiceProofRow | null;
  lines: {
    line_id: string;
    is_stocked: boolean;
    ordered: number;
    shipped: number;
    delivered: number;
    returned: number;
    returned_to_sender: number;
    cancelled: number;
    in_cancellations: number;
    in_shipments: number;
    in_delivered_shipments: number;
    in_returned_shipments: number;
    in_received_returns: number;
    in_restocked_returns: number;
    ledger: Record<'reserve' | 'release' | 'ship' | 'restock', number>;
  }[];
}

/** Checks an order's ledgers, documents and history. `undefined` if there is no such order. */
export async function findOrderProof(database: Database, ref: OrderRef): Promise<OrderProof | undefined> {
  const [proof] = await readProofs(
    database,
    Prisma.sql`
      orders.id = ${ref.orderId}::uuid AND orders.tenant_id = ${ref.tenantId}::uuid AND orders.org_id = ${ref.orgId}::uuid`,
  );
  return proof;
}

/** Reads everything of the orders as of one moment: an order may change meanwhile. */
function readProofs(database: Database, condition: Prisma.Sql): Promise<readonly OrderProof[]> {
  return database.prisma.$transaction(
    async (queries) => {
      const rows = await queries.$queryRaw<ProofRow[]>(selectProofs(condition));
      const facts = await readFactsOfOrders(
        queries,
        rows.map(({ id }) => id),
      );
      return rows.map((row) => {
        const own = facts.get(row.id);
        if (!own) throw new Error(`order ${row.id} has no facts`);
        return toProof(row, own);
      });
    },
    { isolationLevel: Prisma.TransactionIsolationLevel.RepeatableRead },
  );
}

const pageSize = 200;

/** The orders to check. All orders by default. */
export interface ProofFilter {
  readonly tenantId?: string;
  readonly statuses?: readonly OrderStatus[];
  /** ISO 8601, inclusive. */
  readonly createdFrom?: string;
  /** ISO 8601, exclusive. */
  readonly createdBefore?: string;
}

/** Checks orders by ascending id. Holds one page at a time. */
export async function* allOrderProofs(
  database: Database,
  { tenantId, statuses, createdFrom, createdBefore }: ProofFilter = {},
): AsyncGenerator<OrderProof> {
  const conditions = [
    ...(tenantId === undefined ? [] : [Prisma.sql`tenant_id = ${tenantId}::uuid`]),
    ...(statuses ? [Prisma.sql`status = ANY (${statuses}::text[])`] : []),
    ...(createdFrom === undefined ? [] : [Prisma.sql`created_at >= ${createdFrom}::timestamptz`]),
    ...(createdBefore === undefined ? [] : [Prisma.sql`created_at < ${createdBefore}::timestamptz`]),
  ];
  for (let after = '00000000-0000-0000-0000-000000000000'; ;) {
    const proofs = await readProofs(
      database,
      Prisma.sql`orders.id IN (SELECT id FROM orders
        WHERE ${Prisma.join([Prisma.sql`id > ${after}::uuid`, ...conditions], ' AND ')} ORDER BY id LIMIT ${pageSize})`,
    );
    yield* proofs;
    const last = proofs.at(-1);
    if (!last || proofs.length < pageSize) return;
    after = last.orderId;
  }
}

function selectProofs(condition: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`
    SELECT orders.id, orders.tenant_id, orders.org_id, orders.number, orders.status, orders.currency, orders.currency_exponent, orders.total_minor, orders.version,
      orders.payment_provider IS NOT NULL AS has_provider,
      EXISTS (SELECT FROM payments WHERE payments.order_id = orders.id) AND ${owesSettlement} AS owes_settlement,
      (SELECT count(*)::int FROM order_events WHERE order_id = orders.id) AS events,
      (SELECT coalesce(max(sequence), 0)::int FROM order_events WHERE order_id = orders.id) AS last_sequence,
      (SELECT jsonb_build_object(
        'provider', p.provider, 'reference', p.reference,
        'sums', jsonb_build_object('authorize', p.authorized_minor, 'capture', p.captured_minor, 'void', p.voided_minor, 'refund', p.refunded_minor, 'dispute', p.disputed_minor),
        'ledger', (SELECT jsonb_build_object(
          'authorize', coalesce(sum(amount_minor) FILTER (WHERE operation = 'authorize'), 0),
          'capture', coalesce(sum(CASE operation WHEN 'capture' THEN amount_minor WHEN 'capture_failed' THEN -amount_minor END), 0),
          'void', coalesce(sum(amount_minor) FILTER (WHERE operation = 'void'), 0),
          'refund', coalesce(sum(CASE WHEN operation IN ('refund', 'refund_elsewhere') THEN amount_minor
            WHEN operation = 'refund_failed' THEN -amount_minor END), 0),
          'dispute', coalesce(sum(CASE operation WHEN 'dispute_withdrawn' THEN amount_minor WHEN 'dispute_reinstated' THEN -amount_minor END), 0))
          FROM payment_ledger WHERE order_id = orders.id),
        'disputes', (SELECT coalesce(jsonb_agg(jsonb_build_object(
            'operation', operation, 'disputeId', provider_object_id, 'amountMinor', amount_minor) ORDER BY id), '[]'::jsonb)
          FROM payment_ledger WHERE order_id = orders.id AND operation IN (${Prisma.join([...disputeOperations])})),
        'refunds_succeeded', (SELECT coalesce(sum(amount_minor), 0) FROM refunds WHERE order_id = orders.id AND status = 'succeeded'),
        'refunds_recorded', (SELECT coalesce(sum(amount_minor), 0) FROM payment_ledger given
          WHERE order_id = orders.id AND (operation = 'refund' AND ordinal >= 2 OR operation = 'refund_elsewhere') AND NOT EXISTS (SELECT FROM payment_ledger failed
            WHERE failed.order_id = orders.id AND failed.operation = 'refund_failed' AND failed.provider_object_id = given.provider_object_id)))
        FROM payments p WHERE p.order_id = orders.id) AS payment,
      orders.confirmed_at IS NOT NULL AS was_confirmed, ${selectInvoice} AS invoice,
      (SELECT coalesce(jsonb_agg(jsonb_build_object(
        'line_id', l.id, 'is_stocked', l.variant_id IS NOT NULL, 'ordered', l.quantity,
        'shipped', l.shipped_quantity, 'delivered', l.delivered_quantity, 'returned', l.returned_quantity,
        'returned_to_sender', l.returned_to_sender_quantity, 'cancelled', l.cancelled_quantity,
        'in_cancellations', (SELECT coalesce(sum(quantity), 0) FROM cancellation_lines WHERE line_id = l.id),
        'in_shipments', (SELECT coalesce(sum(quantity - coalesce(restocked_quantity, 0)), 0) FROM shipment_lines sl
          JOIN shipments s ON s.id = sl.shipment_id AND s.cancelled_at IS NULL WHERE sl.line_id = l.id),
        'in_delivered_shipments', (SELECT coalesce(sum(quantity), 0) FROM shipment_lines sl
          JOIN shipments s ON s.id = sl.shipment_id AND s.delivered_at IS NOT NULL WHERE sl.line_id = l.id),
        'in_returned_shipments', (SELECT coalesce(sum(damaged_quantity + missing_quantity), 0) FROM shipment_lines sl
          JOIN shipments s ON s.id = sl.shipment_id AND s.returned_to_sender_at IS NOT NULL WHERE sl.line_id = l.id),
        'in_received_returns', (SELECT coalesce(sum(quantity - missing_quantity), 0) FROM return_lines rl
          JOIN returns r ON r.id = rl.return_id AND r.received_at IS NOT NULL WHERE rl.line_id = l.id),
        'in_restocked_returns', (SELECT coalesce(sum(restocked_quantity), 0) FROM return_lines WHERE line_id = l.id),
        'ledger', (SELECT jsonb_build_object(
          'reserve', coalesce(sum(reserved_delta) FILTER (WHERE kind = 'reserve'), 0),
          'release', coalesce(-sum(reserved_delta) FILTER (WHERE kind = 'release'), 0),
          'ship', coalesce(-sum(on_hand_delta) FILTER (WHERE kind IN ('ship', 'unship')), 0),
          'restock', coalesce(sum(on_hand_delta) FILTER (WHERE kind = 'restock'), 0))
          FROM stock_ledger WHERE line_id = l.id)
        ) ORDER BY l.position), '[]'::jsonb)
        FROM order_lines l WHERE l.order_id = orders.id) AS lines
    FROM orders WHERE ${condition} ORDER BY orders.id`;
}

function toProof(row: ProofRow, facts: OrderFacts): OrderProof {
  const { payment } = row;
  return {
    orderId: row.id,
    tenantId: row.tenant_id,
    orgId: row.org_id,
    number: row.number,
    status: row.status,
    currency: row.currency,
    currencyExponent: row.currency_exponent,
    totalMinor: Number(row.total_minor),
    chargeMinor: chargeMinor(facts),
    disputes: disputesIn(payment?.disputes ?? []),
    ...(payment
      ? {
          money: {
            provider: payment.provider,
            reference: payment.reference,
            ...moneyOf(payment.ledger),
          },
        }
      : {}),
    ...(row.invoice ? { invoice: invoiceSums(row.invoice) } : {}),
    lines: row.lines.map((line) => ({
      lineId: line.line_id,
      isStocked: line.is_stocked,
      ordered: line.ordered,
      cancelled: line.in_cancellations,
      reserved: line.ledger.reserve,
      released: line.ledger.release,
      shipped: line.ledger.ship,
      returnedToSender: line.in_returned_shipments,
      restocked: line.ledger.restock,
    })),
    events: row.events,
    flags: facts.flags,
    faults: [
      ...moneyFaults(row, facts),
      ...invoiceFaults({
        status: row.status,
        wasConfirmed: row.was_confirmed,
        totalMinor: Number(row.total_minor),
        invoice: row.invoice,
      }),
      ...row.lines.flatMap((line) => lineFaults(row.status, line)),
      ...unitFaults(facts),
      ...historyFaults(row),
    ],
    unsettled: unsettledOf(row, facts),
  };
}

/** Statuses in which the order must be paid and its stock reserved or shipped. */
const sold: readonly OrderStatus[] = ['confirmed', 'processing', 'shipped', 'delivered', 'closed'];

function moneyFaults(row: ProofRow, facts: OrderFacts): readonly string[] {
  const { payment, status } = row;
  const { flags } = facts;
  const isFlagged = (...some: readonly OrderFlag[]): boolean => some.some((flag) => flags.includes(flag));
  const totalMinor = Number(row.total_minor);
  if (!payment) {
    const isUnpaid = row.has_provider && totalMinor > 0 && sold.includes(status);
    return isUnpaid ? [`${status}, and its payment was never authorised`] : [];
  }
  const { sums, ledger } = payment;
  const faults: string[] = [];
  const kept = keptMinor(moneyOf(ledger));
  for (const operation of sumNames) {
    if (sums[operation] !== ledger[operation]) {
      faults.push(`${operation}: the sum says ${sums[operation]}, the ledger ${ledger[operation]}`);
    }
  }
  if (payment.refunds_succeeded !== payment.refunds_recorded) {
    faults.push(
      `refunds of ${payment.refunds_succeeded} succeeded, the ledger has ${payment.refunds_recorded}`,
    );
  }
  // An order with a reversed capture keeps its status. Its flag explains the missing money. A checkout may have captured too
  // much: the rest is flagged until it is refunded.
  const isTooMuch = kept > chargeMinor(facts) && !isFlagged(OrderFlag.Overpaid, OrderFlag.UnusedPaymentKept);
  if (
    sold.includes(status) &&
    (isTooLittle(facts, ledger) || isTooMuch) &&
    !isFlagged(OrderFlag.CaptureFailed, OrderFlag.SettledElsewhere)
  ) {
    faults.push(`${status} with ${ledger.capture} of ${chargeMinor(facts)} captured`);
  }
  // While an order still lets go of a payment that it does not take, it is unsettled and not at fault.
  if (status !== 'cancelled' || row.owes_settlement) return faults;
  // A flag also explains a failed refund, whose money a new refund has to return.
  if (kept > 0 && !isFlagged(OrderFlag.RefundFailed, OrderFlag.UnusedPaymentKept)) {
    faults.push(`cancelled, and keeps ${kept}`);
  }
  if (ledger.capture === 0 && ledger.void !== ledger.authorize) {
    faults.push(`cancelled, and holds ${ledger.authorize - ledger.void}`);
  }
  return faults;
}

/** An order that captures when it ships has its money held until then; `unitFaults` looks at what has shipped. */
function isTooLittle(
  facts: OrderFacts,
  { authorize, capture, void: voided }: Record<'authorize' | 'capture' | 'void', number>,
): boolean {
  const isHeld = facts.captureAtShipment !== undefined && capture === 0;
  return (isHeld ? authorize - voided : capture) < chargeMinor(facts);
}

function unsettledOf(row: ProofRow, facts: OrderFacts): readonly string[] {
  const { currency, paymentStatus, refundedMinor } = facts;
  const pendingMinor = refundedMinor - (row.payment?.sums.refund ?? 0);
  return [
    ...(paymentStatus === PaymentStatus.Unknown ? ['the outcome at the payment provider is unknown'] : []),
    ...(pendingMinor > 0 ? [`${sayAmount(pendingMinor, currency)} is being given back`] : []),
    ...(facts.captureAtShipment?.isUnderWay === true ? ['its payment is being captured for a shipment'] : []),
    ...(row.owes_settlement ? ['its payment is being settled with the provider'] : []),
  ];
}

function lineFaults(status: OrderStatus, line: ProofRow['lines'][number]): readonly string[] {
  const { ledger } = line;
  const faults: string[] = [];
  const expect = (what: string, is: number, shouldBe: number): void => {
    if (is !== shouldBe) faults.push(`line ${line.line_id}: ${is} ${what}, and should be ${shouldBe}`);
  };
  expect('shipped', line.shipped, line.in_shipments);
  expect('cancelled', line.cancelled, line.in_cancellations);
  if (line.in_shipments + line.in_cancellations > line.ordered) {
    faults.push(
      `line ${line.line_id}: ${line.in_shipments} shipped and ${line.in_cancellations} cancelled of ${line.ordered}`,
    );
  }
  expect('delivered', line.delivered, line.in_delivered_shipments);
  expect('returned to sender', line.returned_to_sender, line.in_returned_shipments);
  expect('returned', line.returned, line.in_received_returns);
  if (!line.is_stocked) return faults;
  const held = ledger.reserve - ledger.release - ledger.ship;
  expect('taken from stock', ledger.ship, line.shipped);
  expect('put back into stock', ledger.restock, line.in_restocked_returns);
  if (sold.includes(status)) expect('held in stock', held, line.ordered - line.shipped - line.cancelled);
  if (status === 'cancelled') expect('held in stock', held, 0);
  return faults;
}

function historyFaults(row: ProofRow): readonly string[] {
  const isWhole = row.events === row.last_sequence && row.version === row.last_sequence;
  return isWhole ? [] : [`version ${row.version} with ${row.events} events up to ${row.last_sequence}`];
}
