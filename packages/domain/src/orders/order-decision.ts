import { sayAmount } from '../kit/money.js';
import type { OrderCommand, OrderCommandOf, OrderCommandType } from './order-command.js';
import {
  hasOpenReturns,
  isUnderWay,
  keptMinor,
  openUnits,
  type LineFacts,
  type OrderFacts,
  type ReturnFacts,
} from './order-facts.js';
import type { LineQuantity } from '../kit/line-quantity.js';
import { decideEdit, isAnnotation, type OrderEdit } from './order-edit.js';
import { OrderFlag } from './order-flag.js';
import { isTerminal, OrderStatus, transition, type OrderStatus as Status } from './order-status.js';
import {
  disputed,
  goodsNotReturned,
  malformed,
  noMoney,
  notAllowed,
  notAvailable,
  notPaidFor,
  partNotFound,
  refundedElsewhere,
  returnNotReady,
} from './order-refusal.js';
import {
  assertMovable,
  refundOfUnitsMinor,
  splitBetweenLines,
  type LineRefund,
} from '../returns/refund-arithmetic.js';
import { decideStatement } from './payment-statement.js';
import { assertNotCapturing, assertNotToBeCaptured, captureForShipmentMinor } from './shipment-capture.js';
import {
  decideIssue,
  decidePayment,
  decideVoid,
  type InvoiceFacts,
  type PaymentEffect,
} from '../invoices/invoice.js';
import type { InvoiceStatus } from '../invoices/invoice-status.js';
import {
  assertTracked,
  assertUnderWay,
  decideCorrection,
  decideReturnToSender,
  decideShipmentCancellation,
  shipmentThatIs,
  type ShipmentCancellation,
  type ShipmentReturn,
} from './shipment-changes.js';
import {
  allOpenUnits,
  cancellableStatuses,
  cancellationOf,
  isGivenBack,
  type UnitCancellation,
} from './unit-cancellation.js';
import { openReturnStatuses } from '../returns/return-status.js';
import { receivedLines, UnitCondition, unitsThatAre, type ReceivedLine } from '../returns/unit-condition.js';
import { refusalIn, refused, RefusalCode, type Refusal } from '../kit/refusal.js';

/** The computed effects of each command. */
export interface CommandEffects {
  edit: OrderEdit;
  confirm: object;
  cancel: object;
  cancel_units: {
    readonly cancelled: UnitCancellation;
    /** Whether the value of the units was captured, and is given back. Otherwise it is credited. */
    readonly isRefunded: boolean;
  };
  start_processing: object;
  ship: {
    readonly lines: readonly LineQuantity[];
    readonly startsProcessing: boolean;
    /** Whether this shipment is the order's last. */
    readonly isLast: boolean;
    /** Has to be captured first, in minor units. Nothing ships before it is. */
    readonly captureMinor: number;
  };
  deliver: { readonly shipmentIds: readonly string[]; readonly isLast: boolean };
  correct_shipment: { readonly shipmentId: string };
  cancel_shipment: ShipmentCancellation;
  return_to_sender: ShipmentReturn;
  close: object;
  request_return: { readonly lines: readonly LineQuantity[] };
  decide_return: { readonly returned: ReturnFacts };
  receive_return: { readonly returned: ReturnFacts; readonly received: readonly ReceivedLine[] };
  cancel_return: { readonly returned: ReturnFacts };
  refund: {
    readonly amountMinor: number;
    readonly lines: readonly LineRefund[];
    readonly returned?: ReturnFacts;
    /** Open units that the refund cancels. */
    readonly cancelled?: UnitCancellation;
  };
  /** The invoice's next status. */
  issue_invoice: { readonly from: InvoiceStatus; readonly to: InvoiceStatus };
  void_invoice: { readonly from: InvoiceStatus; readonly to: InvoiceStatus };
  record_payment: PaymentEffect;
  retry: object;
  give_up: object;
  allow_shipment: object;
  resolve_payment: object;
}

export type Decision<Type extends OrderCommandType> =
  { readonly kind: 'accepted'; readonly effect: CommandEffects[Type] } | Refusal;

type Deciders = {
  [Type in OrderCommandType]: (facts: OrderFacts, command: OrderCommandOf<Type>) => CommandEffects[Type];
};

const deciders: Deciders = {
  edit: decideEdit,
  confirm: (facts) => {
    if (facts.status !== OrderStatus.Draft)
      throw notAllowed(facts, `an order that is ${facts.status} cannot be confirmed`);
    return {};
  },
  cancel: (facts) => {
    if (facts.status === OrderStatus.Processing) {
      throw notAllowed(
        facts,
        'an order that is processing cannot be cancelled as a whole; its units that have not shipped can be cancelled',
      );
    }
    const effect = move(facts, OrderStatus.Cancelled);
    assertNoOpenDispute(facts);
    return effect;
  },
  cancel_units: decideCancellation,
  start_processing: (facts) => move(facts, OrderStatus.Processing),
  ship: decideShipment,
  deliver: decideDelivery,
  correct_shipment: (facts, command) => {
    assertOpen(facts);
    return decideCorrection(facts, command);
  },
  cancel_shipment: (facts, command) => {
    assertOpen(facts);
    return decideShipmentCancellation(facts, command);
  },
  return_to_sender: (facts, command) => {
    assertOpen(facts);
    return decideReturnToSender(facts, command);
  },
  close: (facts) => {
    const effect = move(facts, OrderStatus.Closed);
    // A closed order is terminal: its open returns could never be completed.
    if (hasOpenReturns(facts)) throw returnNotReady('a return of this order is still under way');
    return effect;
  },
  request_return: decideReturnRequest,
  decide_return: (facts, { returnId }) => {
    assertOpen(facts);
    return { returned: returnThatIs(facts, returnId, 'requested') };
  },
  receive_return: decideReceipt,
  cancel_return: (facts, { returnId }) => {
    assertOpen(facts);
    return { returned: returnThatIs(facts, returnId, ...openReturnStatuses) };
  },
  refund: decideRefund,
  issue_invoice: (facts, command) => decideIssue(invoiceOf(facts, command)),
  void_invoice: (facts, command) => {
    const invoice = invoiceOf(facts, command);
    assertNotToBeCaptured(facts, 'it is void once the order is cancelled');
    const change = decideVoid(invoice);
    assertGoodsAreBack(facts);
    return change;
  },
  record_payment: (facts, command) => {
    const invoice = invoiceOf(facts, command);
    assertNotToBeCaptured(facts, 'it takes no other payment');
    return decidePayment(invoice, command);
  },
  retry: (facts) => {
    if (isTerminal(facts.status))
      throw notAllowed(facts, `an order that is ${facts.status} waits for nothing`);
    return {};
  },
  give_up: (facts) => {
    if (facts.status !== OrderStatus.Pending) {
      throw notAllowed(facts, `only an order that is pending can be given up; this one is ${facts.status}`);
    }
    return {};
  },
  allow_shipment: (facts) => {
    if (!facts.flags.includes(OrderFlag.RefundedUnshipped)) {
      throw notAllowed(facts, 'the shipment of this order is not blocked by a refund at the provider');
    }
    return {};
  },
  resolve_payment: decideStatement,
};

/** Whether a command can be made while an order is being cancelled: those of operators, and notes. */
const isAllowedWhileCancelling = (command: OrderCommand): boolean =>
  command.type === 'retry' ||
  command.type === 'resolve_payment' ||
  (command.type === 'edit' && isAnnotation(command));

/**
 * Decides what a well-formed command comes to on an order, from its facts alone. The transaction that writes the change
 * asks, under the order's lock.
 */
export function decide<Type extends OrderCommandType>(
  facts: OrderFacts,
  command: OrderCommandOf<Type>,
): Decision<Type> {
  try {
    if (!isAllowedWhileCancelling(command)) assertNotBeingCancelled(facts);
    const decider = deciders[command.type]; // The table maps each type to a decider for that type.
    return { kind: 'accepted', effect: decider(facts, command) };
  } catch (error) {
    return refusalIn(error);
  }
}

function assertNotBeingCancelled({ beingCancelledFor }: OrderFacts): void {
  if (beingCancelledFor === undefined) return;
  throw refused(
    RefusalCode.TransitionNotAllowed,
    `the order is being cancelled already: ${beingCancelledFor}`,
  );
}

function move(facts: OrderFacts, to: Status): object {
  transition(facts.status, to);
  return {};
}

function decideShipment(facts: OrderFacts, command: OrderCommandOf<'ship'>): CommandEffects['ship'] {
  assertTracked(facts, command);
  const startsProcessing = command.startsProcessing === true && facts.status === OrderStatus.Confirmed;
  if (!startsProcessing) move(facts, OrderStatus.Shipped);
  if (facts.flags.includes(OrderFlag.CaptureFailed)) {
    throw notPaidFor(
      'the provider took back the capture that it had accepted: the order is not paid for, and cannot be shipped',
    );
  }
  if (facts.flags.includes(OrderFlag.RefundedUnshipped)) {
    throw refundedElsewhere(
      'all money of the order was refunded at the provider itself: cancel what is left to ship, or have an operator allow its shipment',
    );
  }
  const open = allOpenUnits(facts);
  if (open.length === 0) throw notAvailable('nothing is left to ship of this order');
  const lines = command.lines ? merged(command.lines) : open;
  for (const { lineId, quantity } of lines) {
    atMost(quantity, openUnits(lineOf(facts, lineId)), `units of line ${lineId} that are left to ship`);
  }
  const openAfter = (line: LineFacts): number =>
    openUnits(line) - (lines.find(({ lineId }) => lineId === line.id)?.quantity ?? 0);
  const isLast = facts.lines.every((line) => !line.requiresShipping || openAfter(line) === 0);
  if (lines.length === 0 && !isLast) throw notAvailable('a shipment needs at least one line');
  // Units that need no shipping go out with the last shipment.
  const captureMinor = captureForShipmentMinor(facts, !isLast);
  return { lines: isLast ? open : lines, startsProcessing, isLast, captureMinor };
}

function decideCancellation(
  facts: OrderFacts,
  command: OrderCommandOf<'cancel_units'>,
): CommandEffects['cancel_units'] {
  assertUnitsCancellable(facts);
  const units = merged(command.lines);
  if (units.length === 0) throw notAvailable('a cancellation needs at least one line');
  for (const { lineId, quantity } of units) {
    atMost(quantity, openUnits(lineOf(facts, lineId)), `units of line ${lineId} that are left to ship`);
  }
  assertNoOpenDispute(facts);
  const cancelled = cancellationOf(facts, units);
  return { cancelled, isRefunded: isGivenBack(facts) && cancelled.amountMinor > 0 };
}

/**
 * Asserts that a cancellation gives back no money that an open dispute may give back as well. Money that the provider took
 * for the dispute is not given back.
 */
function assertNoOpenDispute(facts: OrderFacts): void {
  if (!facts.flags.includes(OrderFlag.Disputed) || !isGivenBack(facts)) return;
  throw disputed(
    'the customer disputes the payment, and would get the money twice: wait until the dispute is decided, or refund with "force": true and a reason',
  );
}

function assertUnitsCancellable(facts: OrderFacts): void {
  assertNotCapturing(facts);
  if (cancellableStatuses.includes(facts.status)) return;
  throw notAllowed(facts, `units of an order that is ${facts.status} cannot be cancelled`);
}

function decideDelivery(facts: OrderFacts, command: OrderCommandOf<'deliver'>): CommandEffects['deliver'] {
  const isShipped = facts.status === OrderStatus.Shipped;
  const underWay = facts.shipments.filter(isUnderWay);
  if (command.shipmentId === undefined) {
    move(facts, OrderStatus.Delivered);
    return { shipmentIds: underWay.map(({ id }) => id), isLast: true };
  }
  const shipment = shipmentThatIs(facts, command.shipmentId);
  assertUnderWay(facts, shipment);
  return { shipmentIds: [shipment.id], isLast: isShipped && underWay.length === 1 };
}

function decideReturnRequest(
  facts: OrderFacts,
  command: OrderCommandOf<'request_return'>,
): CommandEffects['request_return'] {
  const isOpen: readonly Status[] = [OrderStatus.Processing, OrderStatus.Shipped, OrderStatus.Delivered];
  if (!isOpen.includes(facts.status)) {
    throw notAllowed(facts, `nothing of an order that is ${facts.status} can be returned`);
  }
  const lines = merged(command.lines);
  if (lines.length === 0) throw notAvailable('a return needs at least one line');
  for (const { lineId, quantity } of lines) {
    const line = lineOf(facts, lineId);
    const left = line.delivered - line.returned - line.returning;
    atMost(quantity, left, `units of line ${lineId} that were delivered and not returned`);
  }
  return { lines };
}

function decideReceipt(
  facts: OrderFacts,
  { returnId, units }: OrderCommandOf<'receive_return'>,
): CommandEffects['receive_return'] {
  assertOpen(facts);
  const returned = returnThatIs(facts, returnId, 'approved');
  const received = receivedLines('return', returned.lines, units);
  if (unitsThatAre(received, UnitCondition.Restock, UnitCondition.Damaged).length === 0) {
    throw notAvailable('nothing of the return came back; cancel the return');
  }
  return { returned, received };
}

/** Refuses commands on an ended order, also those that continue an earlier return. */
function assertOpen(facts: OrderFacts): void {
  if (isTerminal(facts.status)) {
    throw notAllowed(facts, `an order that is ${facts.status} cannot be changed any more`);
  }
}

function decideRefund(facts: OrderFacts, command: OrderCommandOf<'refund'>): CommandEffects['refund'] {
  assertNamesRefund(command);
  assertInRefundWindow(facts);
  if (facts.capturedMinor === 0) {
    throw noMoney(
      facts.captureAtShipment
        ? 'nothing is captured before the order ships; cancel what is not wanted'
        : 'nothing was captured that could be refunded',
    );
  }
  assertRefundOfDisputed(facts, command);
  const returned =
    command.returnId === undefined ? undefined : returnThatIs(facts, command.returnId, 'received');
  if (returned?.isBeingRefunded) throw returnNotReady('the money of this return is being given back already');
  const units = unitsToRefund(facts, command.lines, returned);
  const cancelled = cancelledByRefund(facts, command, units);
  const amountMinor =
    cancelled?.completes === OrderStatus.Cancelled
      ? refundAmountMinor(facts, { type: 'refund', all: true }, [])
      : refundAmountMinor(facts, command, units);
  const lines = splitBetweenLines(facts, units, amountMinor);
  return { amountMinor, lines, ...(returned ? { returned } : {}), ...(cancelled ? { cancelled } : {}) };
}

/** The customer gets the money of a lost dispute from the bank: a refund beside it is a second one. */
function assertRefundOfDisputed({ flags }: OrderFacts, { force, reason }: OrderCommandOf<'refund'>): void {
  if (force === true && (reason ?? '').trim() === '') {
    throw malformed('a forced refund of a disputed payment needs a reason');
  }
  if (force === true || !flags.includes(OrderFlag.Disputed)) return;
  throw disputed(
    'the customer disputes the payment, and may get the money twice: wait until the dispute is decided, or send "force": true with a reason',
  );
}

/** Flags of money that has to be given back, whenever somebody comes to it. */
const owedFlags: readonly OrderFlag[] = [
  OrderFlag.RefundFailed,
  OrderFlag.Overpaid,
  OrderFlag.PaidTwice,
  OrderFlag.UnusedPaymentKept,
];

function assertInRefundWindow({ isRefundWindowOver, flags }: OrderFacts): void {
  if (isRefundWindowOver !== true || flags.some((flag) => owedFlags.includes(flag))) return;
  throw refused(
    RefusalCode.RefundWindowOver,
    'the order ended longer ago than the settings allow for a refund',
  );
}

/** The open units that a refund cancels. A pending order whose payment is captured is about to be confirmed. */
function cancelledByRefund(
  facts: OrderFacts,
  { amountMinor, returnId, all }: OrderCommandOf<'refund'>,
  units: readonly LineQuantity[],
): UnitCancellation | undefined {
  if (amountMinor !== undefined || returnId !== undefined) return undefined;
  if (facts.status === OrderStatus.Pending) assertUnitsCancellable(facts);
  if (!cancellableStatuses.includes(facts.status)) return undefined;
  const open = allOpenUnits(facts)
    .map(({ lineId, quantity }) => {
      const wanted = units.find((unit) => unit.lineId === lineId)?.quantity ?? 0;
      return { lineId, quantity: all === true ? quantity : Math.min(quantity, wanted) };
    })
    .filter(({ quantity }) => quantity > 0);
  return open.length === 0 ? undefined : cancellationOf(facts, open);
}

/** A refund of everything is never guessed from a command that names nothing. */
function assertNamesRefund({ all, returnId, lines, amountMinor }: OrderCommandOf<'refund'>): void {
  const isPart = returnId !== undefined || lines !== undefined || amountMinor !== undefined;
  if (all === true && isPart) {
    throw malformed(
      '"all" gives back all that is left, and cannot be combined with an amount, items or a return',
    );
  }
  if (all !== true && !isPart) {
    throw malformed('a refund names an amount, items, a return, or "all": true for all that is left');
  }
}

function unitsToRefund(
  facts: OrderFacts,
  wanted: readonly LineQuantity[] | undefined,
  returned: ReturnFacts | undefined,
): readonly LineQuantity[] {
  if (wanted?.length === 0) throw notAvailable('a refund of lines needs at least one line');
  const there = returned && merged(returned.lines);
  const units = wanted ? merged(wanted) : (there ?? []);
  for (const { lineId, quantity } of units) {
    const line = lineOf(facts, lineId);
    if (there) {
      const inReturn = there.find((each) => each.lineId === lineId)?.quantity ?? 0;
      atMost(quantity, inReturn, `units of line ${lineId} in the return`);
    } else {
      atMost(quantity, line.quantity, `units of line ${lineId}`);
    }
  }
  return units;
}

function refundAmountMinor(
  facts: OrderFacts,
  { amountMinor: named }: OrderCommandOf<'refund'>,
  units: readonly LineQuantity[],
): number {
  const { currency, moneyStepMinor } = facts;
  const leftMinor = Math.max(0, keptMinor(facts));
  const taken =
    facts.disputedMinor > 0
      ? `; ${sayAmount(facts.disputedMinor, currency)} was taken for a dispute of the customer`
      : '';
  if (named !== undefined) {
    if (named <= 0) throw noMoney('there is nothing left to refund');
    if (named > leftMinor) {
      const left = sayAmount(leftMinor, currency);
      throw noMoney(`the refund is larger than what is left of the captured money (${left})${taken}`);
    }
    assertMovable(named, moneyStepMinor, currency);
    return named;
  }
  if (leftMinor === 0) throw noMoney(`there is nothing left to refund${taken}`);
  if (units.length === 0) return leftMinor;
  const unitsMinor = refundOfUnitsMinor(facts, units);
  if (unitsMinor === 0) {
    const left = sayAmount(leftMinor, currency);
    throw noMoney(
      `these items have nothing left to refund; name an amount to give back more of the ${left} that are left`,
    );
  }
  return Math.min(unitsMinor, leftMinor);
}

function invoiceOf({ invoice }: OrderFacts, { invoiceId }: { readonly invoiceId: string }): InvoiceFacts {
  if (invoice?.id !== invoiceId) throw partNotFound(`the order has no invoice ${invoiceId}`);
  return invoice;
}

/** An order has one invoice only: without it, goods that the customer has or gets would have no paper. */
function assertGoodsAreBack({ lines }: OrderFacts): void {
  const isOut = lines.some(
    ({ shipped, returnedToSender, returned }) => shipped > returnedToSender + returned,
  );
  if (!isOut) return;
  throw goodsNotReturned('units of this invoice have shipped and did not come back, so it cannot be voided');
}

/** Adds up the quantities of lines that are named twice. */
function merged(lines: readonly LineQuantity[]): readonly LineQuantity[] {
  const quantities = new Map<string, number>();
  for (const { lineId, quantity } of lines) {
    quantities.set(lineId, (quantities.get(lineId) ?? 0) + quantity);
  }
  return [...quantities].map(([lineId, quantity]) => ({ lineId, quantity }));
}

function lineOf(facts: OrderFacts, lineId: string): LineFacts {
  const line = facts.lines.find(({ id }) => id === lineId);
  if (!line) throw partNotFound(`the order has no line ${lineId}`);
  return line;
}

function returnThatIs(
  facts: OrderFacts,
  returnId: string,
  ...statuses: readonly ReturnFacts['status'][]
): ReturnFacts {
  const returned = facts.returns.find(({ id }) => id === returnId);
  if (!returned) throw partNotFound(`the order has no return ${returnId}`);
  if (!statuses.includes(returned.status)) {
    throw returnNotReady(`the return is ${returned.status}; this needs one that is ${statuses.join(' or ')}`);
  }
  return returned;
}

function atMost(quantity: number, left: number, what: string): void {
  if (quantity < 1 || quantity > left) {
    throw notAvailable(`there are ${left} ${what}, not ${quantity}`);
  }
}
