import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { OrderCommand, OrderCommandOf, OrderCommandType } from './order-command.js';
import { decide, type CommandEffects } from './order-decision.js';
import { factsOfNewOrder, type LineFacts, type OrderFacts } from './order-facts.js';
import type { InvoiceFacts } from '../invoices/invoice.js';
import type { LineQuantity } from '../kit/line-quantity.js';
import type { UnitCancellation } from './unit-cancellation.js';
import { computeTotals } from '../kit/line-amounts.js';
import { unitConditions } from '../returns/unit-condition.js';
import { lineWorthsMinor, type LineRefund } from '../returns/refund-arithmetic.js';
import type { ShipmentStatus } from './shipment-status.js';
import { allowedTransitions, orderStatuses, type OrderStatus } from './order-status.js';

type Evolve = {
  readonly [Type in OrderCommandType]: (
    facts: OrderFacts,
    effect: CommandEffects[Type],
    command: OrderCommandOf<Type>,
  ) => OrderFacts;
};

const invoiceId = '0f6f6c4e-8e0f-4c1d-9a55-6b1d0a7e3c11';

/** Adds units to the counters of their lines. */
const count = (
  facts: OrderFacts,
  units: readonly LineQuantity[],
  add: (line: LineFacts, quantity: number) => Partial<LineFacts>,
): readonly LineFacts[] =>
  facts.lines.map((line) => {
    const quantity = units
      .filter(({ lineId }) => lineId === line.id)
      .reduce((sum, unit) => sum + unit.quantity, 0);
    return { ...line, ...add(line, quantity) };
  });

/** The order state after an accepted command: a second, simplest model of the database's writes. */
const evolve: Evolve = {
  edit: (facts, { changed, totals, after: { note = facts.details.note } }) => {
    if (changed.length === 0) return facts;
    const { note: _, ...rest } = facts.details;
    return { ...facts, totals, details: { ...rest, ...(note ? { note } : {}) } };
  },
  confirm: (facts) => ({ ...facts, status: 'pending' }),
  cancel: (facts) => ({ ...facts, status: 'cancelled', refundedMinor: facts.capturedMinor }),
  cancel_units: (facts, { cancelled, isRefunded }) =>
    withCancelled(
      isRefunded ? { ...facts, refundedMinor: facts.refundedMinor + cancelled.amountMinor } : facts,
      cancelled,
      cancelled.lines,
    ),
  start_processing: (facts) => ({ ...facts, status: 'processing' }),
  ship: (facts, { lines, isLast }) => ({
    ...facts,
    status: isLast ? 'shipped' : 'processing',
    lines: count(facts, lines, ({ shipped }, quantity) => ({ shipped: shipped + quantity })),
    shipments: [...facts.shipments, { id: `part ${facts.version}`, status: 'shipped', lines }],
  }),
  deliver: (facts, { shipmentIds, isLast }) => ({
    ...facts,
    status: isLast ? 'delivered' : facts.status,
    lines: count(
      facts,
      facts.shipments.filter(({ id }) => shipmentIds.includes(id)).flatMap(({ lines }) => lines),
      ({ delivered }, quantity) => ({ delivered: delivered + quantity }),
    ),
    shipments: facts.shipments.map((each) =>
      shipmentIds.includes(each.id) ? { ...each, status: 'delivered' } : each,
    ),
  }),
  correct_shipment: (facts) => facts,
  cancel_shipment: (facts, { shipmentId, lines }) => ({
    ...facts,
    status: 'processing',
    lines: count(facts, lines, ({ shipped }, quantity) => ({ shipped: shipped - quantity })),
    shipments: facts.shipments.map((each) =>
      each.id === shipmentId ? { ...each, status: 'cancelled' } : each,
    ),
  }),
  return_to_sender: (facts, { shipmentId, received, becomes }) => {
    const sold = received.map(({ lineId, restock }) => ({ lineId, quantity: restock }));
    const lost = received.map(({ lineId, damaged, missing }) => ({ lineId, quantity: damaged + missing }));
    const lines = count(facts, sold, ({ shipped }, quantity) => ({ shipped: shipped - quantity }));
    return {
      ...facts,
      status: becomes ?? facts.status,
      lines: count({ ...facts, lines }, lost, ({ returnedToSender }, quantity) => ({
        returnedToSender: returnedToSender + quantity,
      })),
      shipments: facts.shipments.map((each) =>
        each.id === shipmentId ? { ...each, status: 'returned_to_sender', lines: lost } : each,
      ),
    };
  },
  close: (facts) => ({ ...facts, status: 'closed' }),
  request_return: (facts, { lines }) => ({
    ...facts,
    lines: count(facts, lines, ({ returning }, quantity) => ({ returning: returning + quantity })),
    returns: [...facts.returns, { id: `part ${facts.version}`, status: 'requested', lines }],
  }),
  decide_return: (facts, { returned }, { isApproved }) => ({
    ...facts,
    lines: isApproved
      ? facts.lines
      : count(facts, returned.lines, ({ returning }, quantity) => ({ returning: returning - quantity })),
    returns: facts.returns.map((each) =>
      each.id === returned.id ? { ...each, status: isApproved ? 'approved' : 'declined' } : each,
    ),
  }),
  receive_return: (facts, { returned, received }) => {
    const lines = received
      .map(({ lineId, restock, damaged }) => ({ lineId, quantity: restock + damaged }))
      .filter(({ quantity }) => quantity > 0);
    const expected = count(facts, returned.lines, ({ returning }, quantity) => ({
      returning: returning - quantity,
    }));
    return {
      ...facts,
      lines: count({ ...facts, lines: expected }, lines, (line, quantity) => ({
        returned: line.returned + quantity,
      })),
      returns: facts.returns.map((each) =>
        each.id === returned.id ? { ...each, status: 'received', lines } : each,
      ),
    };
  },
  cancel_return: (facts, { returned }) => ({
    ...facts,
    lines: count(facts, returned.lines, ({ returning }, quantity) => ({ returning: returning - quantity })),
    returns: facts.returns.map((each) => (each.id === returned.id ? { ...each, status: 'cancelled' } : each)),
  }),
  refund: (facts, { amountMinor, lines, returned, cancelled }) =>
    withCancelled(
      {
        ...facts,
        refundedMinor: facts.refundedMinor + amountMinor,
        returns: facts.returns.map((each) =>
          each.id === returned?.id ? { ...each, status: 'refunded' } : each,
        ),
      },
      cancelled,
      lines,
    ),
  issue_invoice: (facts, { to }) => withInvoice(facts, { status: to }),
  void_invoice: (facts, { to }) => withInvoice(facts, { status: to }),
  record_payment: (facts, effect, command) => {
    const { invoice } = facts;
    if (!invoice || effect.kind === 'recorded_before') return facts;
    const paidMinor = invoice.paidMinor + command.amountMinor;
    return withInvoice(facts, {
      paidMinor,
      status: paidMinor === invoice.totalMinor ? 'paid' : 'issued',
      payments: [...invoice.payments, { ...command, id: `part ${facts.version}` }],
    });
  },
  retry: (facts) => facts,
  give_up: (facts) => ({ ...facts, status: 'cancelled', refundedMinor: facts.capturedMinor }),
  allow_shipment: (facts) => facts,
  resolve_payment: (facts) => facts,
};

/** Counts cancelled units and the money that was given back of lines, and ends an order of which nothing is left to ship. */
function withCancelled(
  facts: OrderFacts,
  cancelled: UnitCancellation | undefined,
  given: readonly LineRefund[],
): OrderFacts {
  const lines = count(facts, cancelled?.lines ?? [], (line, quantity) => ({
    cancelled: line.cancelled + quantity,
    refundedMinor: line.refundedMinor + (given.find(({ lineId }) => lineId === line.id)?.amountMinor ?? 0),
  }));
  return { ...facts, lines, status: cancelled?.completes ?? facts.status };
}

function withInvoice(facts: OrderFacts, changed: Partial<InvoiceFacts>): OrderFacts {
  return facts.invoice ? { ...facts, invoice: { ...facts.invoice, ...changed } } : facts;
}

function live<Type extends OrderCommandType>(facts: OrderFacts, command: OrderCommandOf<Type>): OrderFacts {
  const decision = decide<Type>(facts, command);
  if (decision.kind === 'refused') return facts;
  const apply: Evolve[Type] = evolve[command.type];
  return { ...apply(facts, decision.effect, command), version: facts.version + 1 };
}

/** Captures and confirms a pending order, as the system does by itself. */
function settle(facts: OrderFacts): OrderFacts {
  if (facts.status !== 'pending') return facts;
  return {
    ...facts,
    status: 'confirmed',
    capturedMinor: facts.totals.totalMinor,
    version: facts.version + 1,
    invoice: {
      ...{ id: invoiceId, status: 'draft', currency: 'USD', paidMinor: 0, cancelledMinor: 0, payments: [] },
      totalMinor: facts.totals.totalMinor,
    },
  };
}

/** The units of a line in the shipments of some statuses. */
const unitsIn = ({ shipments }: OrderFacts, lineId: string, ...statuses: readonly ShipmentStatus[]): number =>
  shipments
    .filter(({ status }) => statuses.includes(status))
    .flatMap(({ lines }) => lines)
    .reduce((sum, unit) => sum + (unit.lineId === lineId ? unit.quantity : 0), 0);

/** The violated bounds, if any. */
function faultsOf(facts: OrderFacts): readonly string[] {
  const { status, lines, shipments, refundedMinor, capturedMinor, invoice } = facts;
  const worths = lineWorthsMinor(facts);
  const hasLeft = ['shipped', 'delivered', 'closed'].includes(status);
  const hasArrived = ['delivered', 'closed'].includes(status);
  return [
    ...lines.flatMap((line) => [
      line.shipped === unitsIn(facts, line.id, 'shipped') + line.delivered + line.returnedToSender
        ? []
        : 'shipped is not in transit, delivered or returned to sender',
      line.delivered === unitsIn(facts, line.id, 'delivered') ? [] : 'delivered is not in shipments',
      line.returnedToSender === unitsIn(facts, line.id, 'returned_to_sender')
        ? []
        : 'returned to sender is not in shipments',
      line.returned >= 0 && line.returning >= 0 ? [] : 'less than nothing returned',
      line.returned + line.returning <= line.delivered ? [] : 'more returned than delivered',
      line.cancelled >= 0 && line.shipped + line.cancelled <= line.quantity
        ? []
        : 'more shipped and cancelled than ordered',
      line.refundedMinor <= (worths.get(line.id) ?? 0)
        ? []
        : 'more money of a line refunded than it is worth',
      !line.requiresShipping || !hasLeft || line.shipped + line.cancelled === line.quantity
        ? []
        : 'not all has left',
      !line.requiresShipping ||
      !hasArrived ||
      line.delivered + line.returnedToSender + line.cancelled === line.quantity
        ? []
        : 'not all has arrived or come back',
    ]),
    status !== 'shipped' || shipments.some((each) => each.status === 'shipped')
      ? []
      : 'shipped, and nothing is under way',
    status !== 'processing' ||
    lines.some(({ quantity, shipped, cancelled }) => quantity > shipped + cancelled)
      ? []
      : 'processing, and nothing is left to ship',
    status !== 'cancelled' || lines.every(({ shipped }) => shipped === 0) ? [] : 'cancelled after a shipment',
    status !== 'cancelled' || refundedMinor === capturedMinor ? [] : 'cancelled, and keeps money',
    refundedMinor <= capturedMinor ? [] : 'more refunded than captured',
    !invoice || invoice.paidMinor <= invoice.totalMinor ? [] : 'more paid than invoiced',
    invoice?.status !== 'void' || invoice.paidMinor === 0 ? [] : 'a void invoice is paid',
  ].flat();
}

/**
 * Whether the table allows the transition. A shipment that starts the processing takes two steps at once, and so does the
 * cancellation of the rest of an order whose shipments have arrived or come back.
 */
function isStep(from: OrderStatus, to: OrderStatus): boolean {
  if (from === to || allowedTransitions(from).includes(to)) return true;
  if (from === 'processing' && (to === 'delivered' || to === 'closed')) return true;
  return from === 'confirmed' && to === 'shipped';
}

const lineIds = ['a', 'b', 'c', 'another'];
const unit = { lineId: fc.constantFrom(...lineIds), quantity: fc.integer({ min: 1, max: 3 }) };
const wishes = fc.array(fc.record(unit), { minLength: 1, maxLength: 3 });
const part = fc.nat(40).map((version) => `part ${version}`);
const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined, freq: 2 });
const given = (fields: Readonly<Record<string, unknown>>): OrderCommand =>
  Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined),
  ) as unknown as OrderCommand; // As made below.

/** Well-formed commands. The parts that they name may exist. */
const commands: fc.Arbitrary<OrderCommand> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom<OrderCommand>(
      { type: 'confirm' },
      { type: 'start_processing' },
      { type: 'close' },
    ),
  },
  {
    weight: 4,
    arbitrary: fc
      .tuple(maybe(wishes), fc.boolean())
      .map(([lines, startsProcessing]) => given({ type: 'ship', lines, startsProcessing })),
  },
  { weight: 6, arbitrary: maybe(part).map((shipmentId) => given({ type: 'deliver', shipmentId })) },
  { weight: 1, arbitrary: part.map((shipmentId): OrderCommand => ({ type: 'cancel_shipment', shipmentId })) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(part, fc.array(fc.constantFrom(...unitConditions), { maxLength: 3 }))
      .map(([shipmentId, conditions]): OrderCommand => ({
        ...{ type: 'return_to_sender', shipmentId },
        // Of each unit of the shipment, once it is known. None: nobody says.
        units: conditions.map((condition) => ({ lineId: 'any', quantity: 1, condition })),
      })),
  },
  {
    weight: 1,
    arbitrary: part.map((shipmentId): OrderCommand => ({
      type: 'correct_shipment',
      shipmentId,
      carrier: null,
    })),
  },
  { weight: 2, arbitrary: wishes.map((lines): OrderCommand => ({ type: 'cancel_units', lines })) },
  { weight: 6, arbitrary: wishes.map((lines): OrderCommand => ({ type: 'request_return', lines })) },
  {
    weight: 8,
    arbitrary: fc
      .tuple(part, fc.boolean())
      .map(([returnId, isApproved]): OrderCommand => ({ type: 'decide_return', returnId, isApproved })),
  },
  { weight: 6, arbitrary: part.map((returnId): OrderCommand => ({ type: 'receive_return', returnId })) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(
        part,
        fc.array(fc.record({ ...unit, condition: fc.constantFrom(...unitConditions) }), { maxLength: 3 }),
      )
      .map(([returnId, units]): OrderCommand => ({ type: 'receive_return', returnId, units })),
  },
  { weight: 3, arbitrary: part.map((returnId): OrderCommand => ({ type: 'cancel_return', returnId })) },
  {
    weight: 4,
    arbitrary: fc
      .tuple(maybe(part), maybe(wishes), maybe(fc.integer({ min: 1, max: 400 })))
      .map(([returnId, lines, amountMinor]) => given({ type: 'refund', returnId, lines, amountMinor })),
  },
  { weight: 1, arbitrary: fc.constant<OrderCommand>({ type: 'refund', all: true }) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.integer({ min: 1, max: 1_300 }), maybe(fc.constantFrom('R-1', 'R-2')))
      .map(([amountMinor, reference]) =>
        given({ type: 'record_payment', invoiceId, amountMinor, currency: 'USD', method: 'cash', reference }),
      ),
  },
);
const rarely = fc.constantFrom<OrderCommand>(
  { type: 'cancel' },
  { type: 'edit', taxMinor: 3, note: 'ring twice' },
  { type: 'issue_invoice', invoiceId },
  { type: 'void_invoice', invoiceId },
);

const newOrder = (status: OrderStatus): OrderFacts => {
  const lines = [
    { id: 'a', quantity: 3, unitPriceMinor: 333, requiresShipping: true },
    { id: 'b', quantity: 2, unitPriceMinor: 0, requiresShipping: true },
    { id: 'c', quantity: 1, unitPriceMinor: 250, requiresShipping: false },
  ];
  return factsOfNewOrder(
    status,
    computeTotals(lines, { discountMinor: 100, taxMinor: 77, shippingMinor: 50 }),
    lines,
    { code: 'USD', exponent: 2 },
  );
};

describe('any sequence of commands', () => {
  it('keeps units and money in bounds, and changes the status only by the table', () => {
    const reached = new Set<OrderStatus>();
    const accepted = new Set<string>();
    const life = fc.array(fc.oneof({ weight: 40, arbitrary: commands }, { weight: 1, arbitrary: rarely }), {
      maxLength: 60,
      size: 'max',
    });
    fc.assert(
      fc.property(fc.constantFrom<OrderStatus>('draft', 'pending'), life, (start, asked) => {
        let facts = newOrder(start);
        for (const command of asked) {
          const before = settle(facts);
          // The id of a part has the order's version at its creation. Most commands name an existing part.
          facts = live(before, aimed(command, before));
          const faults = [...faultsOf(facts)];
          if (!isStep(before.status, facts.status)) faults.push(`${before.status} became ${facts.status}`);
          if (faults.length > 0) throw new Error(`after ${JSON.stringify(command)}: ${faults.join(', ')}`);
          if (facts !== before) accepted.add(command.type);
          reached.add(facts.status);
        }
      }),
      { numRuns: 1_500 },
    );
    // The bounds also hold if no command is accepted, so every command and status must have been reached.
    expect([...accepted].sort()).toEqual([
      'cancel',
      'cancel_return',
      'cancel_shipment',
      'cancel_units',
      'close',
      'confirm',
      'correct_shipment',
      'decide_return',
      'deliver',
      'edit',
      'issue_invoice',
      'receive_return',
      'record_payment',
      'refund',
      'request_return',
      'return_to_sender',
      'ship',
      'start_processing',
      'void_invoice',
    ]);
    expect([...reached].sort()).toEqual([...orderStatuses].sort());
  }, 60_000);
});

/** The command, with an existing part in place of the part that it names. */
function aimed(command: OrderCommand, { shipments, returns }: OrderFacts): OrderCommand {
  const choose = (name: string, parts: readonly { readonly id: string }[]): string =>
    parts[Number(name.split(' ')[1]) % parts.length]?.id ?? name;
  if ('shipmentId' in command && command.shipmentId !== undefined) {
    const shipmentId = choose(command.shipmentId, shipments);
    if (command.type !== 'return_to_sender') return { ...command, shipmentId };
    const { type, units = [] } = command;
    if (units.length === 0) return { type, shipmentId };
    const single = (shipments.find(({ id }) => id === shipmentId)?.lines ?? []).flatMap(
      ({ lineId, quantity }) => Array.from({ length: quantity }, () => ({ lineId, quantity: 1 })),
    );
    const condition = (index: number) => units[index % units.length]?.condition ?? 'restock';
    return {
      ...{ type, shipmentId },
      units: single.map((unit, index) => ({ ...unit, condition: condition(index) })),
    };
  }
  if ('returnId' in command && command.returnId !== undefined) {
    return { ...command, returnId: choose(command.returnId, returns) };
  }
  return command;
}
