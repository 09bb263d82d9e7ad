import { computeTotals, type OrderTotals } from './money.js';
import type { OrderCommandOf, OrderCommandType } from './order-command.js';
import type { LineFacts, LineQuantity, OrderFacts, ReturnFacts } from './order-facts.js';
import { OrderFlag } from './order-flag.js';
import { allowedTransitions, OrderStatus, transition, type OrderStatus as Status } from './order-status.js';
import { refundForLinesMinor } from './refund-arithmetic.js';
import { DomainError } from './domain-error.js';

/** Why an order does not do what it is asked. */
export const RefusalCode = {
  /** The order's status does not allow it; the details name what is allowed. */
  TransitionNotAllowed: 'transition_not_allowed',
  /** More units than there are left. */
  QuantityNotAvailable: 'quantity_not_available',
  /** More money than there is left. */
  AmountNotAvailable: 'amount_not_available',
  /** A line, shipment or return that the order does not have. */
  PartNotFound: 'part_not_found',
  /** A return that is not where it has to be for this. */
  ReturnNotReady: 'return_not_ready',
  /** At least one line's stock does not suffice. */
  OutOfStock: 'out_of_stock',
  /** The money that the order was confirmed for did not come. */
  PaymentFailed: 'payment_failed',
  /** The idempotency key was used for something else. */
  IdempotencyConflict: 'idempotency_conflict',
} as const;
export type RefusalCode = (typeof RefusalCode)[keyof typeof RefusalCode];

/** A decision against a command. Nothing has changed. */
export interface CommandRefusal {
  readonly kind: 'refused';
  readonly code: RefusalCode;
  /** For people; may be shown to a client. */
  readonly message: string;
  /** The statuses that the order could go to instead. */
  readonly allowed?: readonly Status[];
}

/** What a command comes to, worked out to the last unit. */
export interface CommandEffects {
  edit_draft: { readonly totals: OrderTotals };
  confirm: object;
  cancel: object;
  start_processing: object;
  ship: {
    readonly lines: readonly LineQuantity[];
    readonly startsProcessing: boolean;
    /** Whether all has left by this shipment. */
    readonly isLast: boolean;
  };
  deliver: { readonly shipmentIds: readonly string[]; readonly isLast: boolean };
  close: object;
  request_return: { readonly lines: readonly LineQuantity[] };
  decide_return: { readonly returned: ReturnFacts };
  receive_return: { readonly returned: ReturnFacts; readonly restockedLineIds: readonly string[] };
  refund: {
    readonly amountMinor: number;
    readonly lines: readonly LineQuantity[];
    readonly returned?: ReturnFacts;
  };
}

export type Decision<Type extends OrderCommandType> =
  { readonly kind: 'accepted'; readonly effect: CommandEffects[Type] } | CommandRefusal;

class Refused extends Error {
  constructor(readonly refusal: CommandRefusal) {
    super(refusal.message);
  }
}

type Deciders = {
  [Type in OrderCommandType]: (facts: OrderFacts, command: OrderCommandOf<Type>) => CommandEffects[Type];
};

const deciders: Deciders = {
  edit_draft: decideEdit,
  confirm: (facts) => {
    if (facts.status !== OrderStatus.Draft)
      throw notAllowed(facts, `an order that is ${facts.status} cannot be confirmed`);
    return {};
  },
  cancel: (facts) => move(facts, OrderStatus.Cancelled),
  start_processing: (facts) => move(facts, OrderStatus.Processing),
  ship: decideShipment,
  deliver: decideDelivery,
  close: (facts) => move(facts, OrderStatus.Closed),
  request_return: decideReturnRequest,
  decide_return: (facts, { returnId }) => ({ returned: returnThatIs(facts, returnId, 'requested') }),
  receive_return: (facts, { returnId, restockedLineIds }) => {
    const returned = returnThatIs(facts, returnId, 'approved');
    const all = returned.lines.map(({ lineId }) => lineId);
    const unknown = restockedLineIds?.find((lineId) => !all.includes(lineId));
    if (unknown !== undefined) throw partNotFound(`the return has no line ${unknown}`);
    return { returned, restockedLineIds: restockedLineIds ?? all };
  },
  refund: decideRefund,
};

/**
 * Decides what a command comes to on an order, from its facts alone. The workflow asks before it lets a command in,
 * the database's transaction asks again under the order's lock: one rule, two places.
 */
export function decide<Type extends OrderCommandType>(
  facts: OrderFacts,
  command: OrderCommandOf<Type>,
): Decision<Type> {
  try {
    const decider = deciders[command.type]; // The table has the command's own type under its name.
    return { kind: 'accepted', effect: decider(facts, command) };
  } catch (error) {
    if (error instanceof Refused) return error.refusal;
    throw error;
  }
}

function move(facts: OrderFacts, to: Status): object {
  try {
    transition(facts.status, to);
    return {};
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const allowed = allowedTransitions(facts.status);
    const code = RefusalCode.TransitionNotAllowed;
    throw new Refused({ kind: 'refused', code, message: error.message, allowed });
  }
}

function notAllowed(facts: OrderFacts, why: string): Refused {
  const allowed = allowedTransitions(facts.status);
  const message = `${why}; allowed: ${allowed.length ? allowed.join(', ') : 'none'}`;
  return new Refused({ kind: 'refused', code: RefusalCode.TransitionNotAllowed, message, allowed });
}

function decideEdit(facts: OrderFacts, command: OrderCommandOf<'edit_draft'>): CommandEffects['edit_draft'] {
  if (facts.status !== OrderStatus.Draft) {
    throw notAllowed(facts, `an order that is ${facts.status} cannot be edited`);
  }
  const { lines = facts.lines } = command;
  if (lines.length === 0) throw notAvailable('an order needs at least one line');
  for (const { quantity, unitPriceMinor } of lines) {
    if (!Number.isSafeInteger(quantity) || quantity < 1) throw notAvailable('a quantity must be positive');
    if (!Number.isSafeInteger(unitPriceMinor) || unitPriceMinor < 0)
      throw noMoney('a price must not be negative');
  }
  try {
    return { totals: computeTotals(lines, { ...facts.totals, ...presentAdjustments(command) }) };
  } catch (error) {
    if (error instanceof DomainError) throw noMoney(error.message);
    throw error;
  }
}

function presentAdjustments({ discountMinor, taxMinor, shippingMinor }: OrderCommandOf<'edit_draft'>) {
  return {
    ...(discountMinor === undefined ? {} : { discountMinor }),
    ...(taxMinor === undefined ? {} : { taxMinor }),
    ...(shippingMinor === undefined ? {} : { shippingMinor }),
  };
}

function decideShipment(facts: OrderFacts, command: OrderCommandOf<'ship'>): CommandEffects['ship'] {
  const startsProcessing = command.startsProcessing === true && facts.status === OrderStatus.Confirmed;
  if (!startsProcessing) move(facts, OrderStatus.Shipped);
  if (facts.flags?.includes(OrderFlag.CaptureFailed)) throw notPaidFor();
  const open = facts.lines
    .map((line) => ({ lineId: line.id, quantity: line.quantity - line.shipped }))
    .filter(({ quantity }) => quantity > 0);
  const lines = command.lines ? merged(command.lines) : open;
  for (const { lineId, quantity } of lines) {
    const line = lineOf(facts, lineId);
    atMost(quantity, line.quantity - line.shipped, `units of line ${lineId} that have not been shipped`);
  }
  const shippedAfter = (line: LineFacts): number =>
    line.shipped + (lines.find(({ lineId }) => lineId === line.id)?.quantity ?? 0);
  const isLast = facts.lines.every((line) => !line.requiresShipping || shippedAfter(line) === line.quantity);
  if (lines.length === 0 && !isLast) throw notAvailable('a shipment needs at least one line');
  // What needs no shipping goes out with the last parcel.
  return { lines: isLast ? open : lines, startsProcessing, isLast };
}

function decideDelivery(facts: OrderFacts, command: OrderCommandOf<'deliver'>): CommandEffects['deliver'] {
  const isShipped = facts.status === OrderStatus.Shipped;
  const underWay = facts.shipments.filter(({ isDelivered }) => !isDelivered);
  if (command.shipmentId === undefined) {
    move(facts, OrderStatus.Delivered);
    return { shipmentIds: underWay.map(({ id }) => id), isLast: true };
  }
  const shipment = facts.shipments.find(({ id }) => id === command.shipmentId);
  if (!shipment) throw partNotFound(`the order has no shipment ${command.shipmentId}`);
  if (shipment.isDelivered) throw notAllowed(facts, `shipment ${shipment.id} has been delivered already`);
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

function decideRefund(facts: OrderFacts, command: OrderCommandOf<'refund'>): CommandEffects['refund'] {
  const leftMinor = facts.capturedMinor - facts.refundedMinor;
  if (facts.capturedMinor === 0) throw noMoney('nothing was captured that could be refunded');
  const returned =
    command.returnId === undefined ? undefined : returnThatIs(facts, command.returnId, 'received');
  const lines = merged(command.lines ?? returned?.lines ?? []);
  for (const { lineId, quantity } of lines) {
    const line = lineOf(facts, lineId);
    atMost(quantity, line.quantity - line.refunded, `units of line ${lineId} that were not refunded`);
  }
  const amountMinor =
    command.amountMinor ??
    (lines.length > 0 ? refundForLinesMinor(facts.lines, facts.totals, lines) : leftMinor);
  if (!Number.isSafeInteger(amountMinor)) throw noMoney('the amount must be a whole number of minor units');
  if (amountMinor <= 0) throw noMoney('there is nothing left to refund');
  if (amountMinor > leftMinor) {
    throw noMoney(`the refund is larger than what is left of the captured money (${leftMinor} minor units)`);
  }
  return { amountMinor, lines, ...(returned ? { returned } : {}) };
}

/** The same line named twice is one wish for the sum. */
function merged(lines: readonly LineQuantity[]): readonly LineQuantity[] {
  const quantities = new Map<string, number>();
  for (const { lineId, quantity } of lines) {
    if (!Number.isSafeInteger(quantity)) throw notAvailable('a quantity must be a whole number');
    quantities.set(lineId, (quantities.get(lineId) ?? 0) + quantity);
  }
  return [...quantities].map(([lineId, quantity]) => ({ lineId, quantity }));
}

function lineOf(facts: OrderFacts, lineId: string): LineFacts {
  const line = facts.lines.find(({ id }) => id === lineId);
  if (!line) throw partNotFound(`the order has no line ${lineId}`);
  return line;
}

function returnThatIs(facts: OrderFacts, returnId: string, status: ReturnFacts['status']): ReturnFacts {
  const returned = facts.returns.find(({ id }) => id === returnId);
  if (!returned) throw partNotFound(`the order has no return ${returnId}`);
  if (returned.status !== status) {
    throw new Refused({
      kind: 'refused',
      code: RefusalCode.ReturnNotReady,
      message: `the return is ${returned.status}; this needs one that is ${status}`,
    });
  }
  return returned;
}

function atMost(quantity: number, left: number, what: string): void {
  if (quantity < 1 || quantity > left) {
    throw notAvailable(`there are ${left} ${what}, not ${quantity}`);
  }
}

const notPaidFor = (): Refused =>
  new Refused({
    kind: 'refused',
    code: RefusalCode.PaymentFailed,
    message:
      'the provider took back the capture that it had accepted: the order is not paid for, and cannot be shipped',
  });
const notAvailable = (message: string): Refused =>
  new Refused({ kind: 'refused', code: RefusalCode.QuantityNotAvailable, message });
const noMoney = (message: string): Refused =>
  new Refused({ kind: 'refused', code: RefusalCode.AmountNotAvailable, message });
const partNotFound = (message: string): Refused =>
  new Refused({ kind: 'refused', code: RefusalCode.PartNotFound, message });
