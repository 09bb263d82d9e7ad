import {
  cancelled,
  closure,
  heldMinorOf,
  isDisputedUntaken,
  isToBeCaptured,
  leftMinorOf,
  openUnits,
  stockOutlook,
  subtotalMinorOf,
  totalMinorOf,
  unitsIn,
  withoutPromise,
  type Circumstances,
  type Command,
  type Units,
  type World,
  type WorldShipment,
} from './world.js';

/** The outcome of a command, on any API. */
export type Answer =
  | {
      readonly kind: 'applied';
      readonly partId?: string;
      /** The amount of a refund, or the value of cancelled units. */
      readonly amountMinor?: number;
      /** The refund of cancelled units. */
      readonly refundId?: string;
      /** The command was carried out, and the order was cancelled by it or at the same time. */
      readonly isCancelled?: true;
      readonly isReplay: boolean;
    }
  | {
      readonly kind: 'refused';
      readonly words: string;
      /** The workflow has ended, so that even earlier answers are unavailable. */
      readonly isEnded?: true;
    };

/** A command with its answer. */
export interface Attempt {
  readonly command: Command;
  readonly key: string;
  readonly answer: Answer;
}

/** Limit for the number of explored worlds. A life stays far below it. */
const maxWorlds = 5_000;

/**
 * The possible worlds after concurrent commands: those that some sequence of the commands reaches, with exactly the given
 * answers. Empty if the answers contradict each other or the earlier worlds.
 */
export function worldsAfter(
  worlds: readonly World[],
  attempts: readonly Attempt[],
  circumstances: Circumstances,
): readonly World[] {
  const isRace = attempts.length > 1;
  const explore = (reached: readonly World[], left: readonly Attempt[]): readonly World[] => {
    const possible = distinct(reached.flatMap((world) => closure(world, circumstances)));
    if (possible.length > maxWorlds) throw new Error('there are too many worlds to think through');
    if (left.length === 0) return possible;
    return left.flatMap((attempt, index) => {
      const next = distinct(possible.flatMap((world) => answered(world, attempt, circumstances, isRace)));
      return next.length === 0
        ? []
        : explore(
            next,
            left.filter((_, other) => other !== index),
          );
    });
  };
  // An answer that tells the outcome of the order is sent after that outcome.
  return distinct(explore(worlds, attempts)).filter(({ promised }) => promised === undefined);
}

function distinct(worlds: readonly World[]): readonly World[] {
  return [...new Map(worlds.map((world) => [JSON.stringify(world), world])).values()];
}

/** The worlds after a command that was answered like this in the given world. Empty if that answer is impossible. */
function answered(
  world: World,
  attempt: Attempt,
  circumstances: Circumstances,
  isRace: boolean,
): readonly World[] {
  const { command, key, answer } = attempt;
  if (answer.kind === 'refused' && answer.isEnded) {
    return world.status === 'closed' || world.status === 'cancelled' ? [world] : [];
  }
  const earlier = world.made[key];
  if (earlier !== undefined) {
    return answer.kind === 'applied' && earlier === identityOf(answer) ? [world] : [];
  }
  if (answer.kind === 'refused') {
    const mayRefuse =
      world.refused.includes(key) ||
      isRefusable(world, command, circumstances) ||
      isRefusableByCapture(world, command, circumstances, isRace);
    return mayRefuse ? [{ ...world, refused: [...new Set([...world.refused, key])].sort() }] : [];
  }
  return carriedOut(world, command, answer, circumstances).map((next) => ({
    ...next,
    made: { ...next.made, [key]: identityOf(answer) },
  }));
}

function identityOf({ partId = '', isCancelled }: Extract<Answer, { kind: 'applied' }>): string {
  return `${partId}${isCancelled ? ' and cancelled' : ''}`;
}

/** Whether the command may be refused: it is forbidden, or its outcome is open. */
function isRefusable(world: World, command: Command, circumstances: Circumstances): boolean {
  if (command.type === 'confirm' && world.status === 'draft') {
    // A payment that holds too little leaves the draft, if the provider says so.
    const { hasProvider, authorizedMinor } = circumstances;
    const isTooSmall = hasProvider && authorizedMinor > 0 && authorizedMinor < totalMinorOf(world);
    return isTooSmall || stockOutlook(world, circumstances) !== 'enough';
  }
  if (command.type === 'refund') {
    const range = refundRange(world, command, circumstances);
    const isDisputed = world.dispute?.isOpen === true;
    return (
      isDisputed ||
      range === undefined ||
      range.highMinor > leftMinorOf(world, circumstances) ||
      range.lowMinor <= 0
    );
  }
  const anyhow: Applied = { kind: 'applied', partId: 'any', isReplay: false };
  return carriedOut(withoutPromise(world), command, anyhow, circumstances).length === 0;
}

/** A shipment may meet a declined capture; while the capture is under way, no units are cancelled. */
function isRefusableByCapture(
  world: World,
  { type }: Command,
  circumstances: Circumstances,
  isRace: boolean,
): boolean {
  if (!isToBeCaptured(world, circumstances))
    return type === 'cancel_units' && isRace && world.capturedMinor !== undefined;
  return (type === 'ship' && circumstances.mayBeDeclined) || (type === 'cancel_units' && isRace);
}

type Applied = Extract<Answer, { readonly kind: 'applied' }>;

function carriedOut(
  world: World,
  command: Command,
  answer: Applied,
  circumstances: Circumstances,
): readonly World[] {
  const { status } = world;
  switch (command.type) {
    case 'edit':
      return edited(world, command);
    case 'confirm': {
      if (status !== 'draft' || stockOutlook(world, circumstances) === 'short') return [];
      const promised = answer.isCancelled ? 'cancelled' : 'confirmed';
      return [{ ...world, status: 'pending', isReserved: true, promised }];
    }
    case 'cancel': {
      const isOpen = status === 'draft' || status === 'pending' || status === 'confirmed';
      if (!isOpen || world.promised === 'confirmed' || isDisputedUntaken(world)) return [];
      return [cancelled(world)];
    }
    case 'process':
      return status === 'confirmed' ? [{ ...world, status: 'processing' }] : [];
    case 'close':
      return status === 'delivered' && !world.returns.some(isUnderWay)
        ? [{ ...world, status: 'closed' }]
        : [];
    case 'ship':
      return shipped(world, command, answer, circumstances);
    case 'cancel_units':
      return unitsCancelled(world, command.units, answer, circumstances);
    case 'deliver':
      return delivered(world, command);
    case 'correct_shipment': {
      const shipment = world.shipments.find(({ id }) => id === command.shipmentId);
      return shipment && shipment.status !== 'cancelled' && status !== 'closed' ? [world] : [];
    }
    case 'cancel_shipment':
      return shipmentCancelled(world, command.shipmentId, circumstances);
    case 'return_to_sender':
      return returnedToSender(world, command, circumstances);
    case 'request_return':
      return returnRequested(world, command.units, answer);
    case 'decide_return':
      return withReturn(world, command.returnId, ['requested'], command.isApproved ? 'approved' : 'declined');
    case 'receive_return':
      return withReturn(world, command.returnId, ['approved'], 'received').flatMap((next) =>
        received(next, command),
      );
    case 'cancel_return':
      return withReturn(world, command.returnId, ['requested', 'approved'], 'cancelled');
    case 'refund':
      return refunded(world, command, answer, circumstances);
  }
}

const isUnderWay = ({ status }: World['returns'][number]): boolean =>
  status === 'requested' || status === 'approved';

function edited(world: World, command: Extract<Command, { type: 'edit' }>): readonly World[] {
  const { lines = world.lines, shippingMinor } = command;
  if (world.status !== 'draft' || subtotalMinorOf(lines) < world.discountMinor) return [];
  return [{ ...world, lines, shippingMinor }];
}

function shipped(
  world: World,
  command: Extract<Command, { type: 'ship' }>,
  answer: Applied,
  circumstances: Circumstances,
): readonly World[] {
  const isOpen = world.status === 'processing' || (world.status === 'confirmed' && command.startsProcessing);
  const rest = openUnits(world);
  const { units = rest } = command;
  const isThere = units.every(({ id, quantity }) =>
    rest.some((left) => left.id === id && left.quantity >= quantity),
  );
  if (!isOpen || world.isBlocked || units.length === 0 || !isThere) return [];
  const lines = world.lines.map((line) => ({
    ...line,
    shipped: line.shipped + unitsIn([{ units }], line.id),
  }));
  const isLast = openUnits({ ...world, lines }).length === 0;
  const shipments = [...world.shipments, { id: answer.partId ?? '', status: 'shipped' as const, units }];
  const status = isLast ? ('shipped' as const) : ('processing' as const);
  const notChargedMinor = world.notCharged.reduce((sum, { amountMinor }) => sum + amountMinor, 0);
  const captured = isToBeCaptured(world, circumstances)
    ? { capturedMinor: totalMinorOf(world) - notChargedMinor }
    : {};
  return [{ ...world, lines, shipments, status, ...captured }];
}

const holdsUnits = ({ status }: World): boolean => status === 'confirmed' || status === 'processing';

/** Takes units off the order. An order of which nothing is left to ship comes to its end. */
function withCancelled(world: World, units: readonly Units[]): World {
  if (units.length === 0) return world;
  const lines = world.lines.map((line) => ({
    ...line,
    cancelled: line.cancelled + unitsIn([{ units }], line.id),
  }));
  const next = { ...world, lines };
  if (openUnits(next).length > 0) return next;
  if (world.lines.every(({ shipped }) => shipped === 0)) return cancelled(next);
  return { ...next, status: statusOfShipped(next) };
}

/** The status of an order of which nothing is left to ship. */
function statusOfShipped({ shipments }: World): 'shipped' | 'delivered' | 'closed' {
  if (shipments.some(({ status }) => status === 'shipped')) return 'shipped';
  return shipments.some(({ status }) => status === 'delivered') ? 'delivered' : 'closed';
}

function unitsCancelled(
  world: World,
  units: readonly Units[],
  answer: Applied,
  circumstances: Circumstances,
): readonly World[] {
  const open = openUnits(world);
  const isThere = units.every(({ id, quantity }) =>
    open.some((left) => left.id === id && left.quantity >= quantity),
  );
  if (!holdsUnits(world) || !isThere || units.length === 0 || isDisputedUntaken(world)) return [];
  const next = withCancelled(world, units);
  if (!circumstances.hasProvider) return [next];
  // Of money that was never taken, and of money that the provider took for a dispute, nothing is given back.
  if (isToBeCaptured(world, circumstances) || heldMinorOf(world) > 0) {
    const { lowMinor, highMinor } = worthRange(world, units);
    const { amountMinor = highMinor } = answer;
    if (answer.refundId !== undefined || amountMinor < lowMinor || amountMinor > highMinor) return [];
    return [{ ...next, notCharged: [...next.notCharged, { amountMinor, units }] }];
  }
  const range = refundRange(world, { type: 'refund', units }, circumstances);
  if (!range) return [];
  const { refundId, amountMinor = range.highMinor } = answer;
  // The money that is left may be nothing.
  const isRight = amountMinor >= Math.max(range.lowMinor, 0) && amountMinor <= Math.max(range.highMinor, 0);
  if (!isRight) return [];
  if (refundId === undefined) return [next];
  return [{ ...next, refunds: [...next.refunds, { id: refundId, amountMinor, units }] }];
}

/** The open units that a refund cancels. */
function cancelledBy(world: World, command: RefundCommand): readonly Units[] {
  const { amountMinor, returnId, units } = command;
  if (amountMinor !== undefined || returnId !== undefined || !holdsUnits(world)) return [];
  const open = openUnits(world);
  if (!units) return open;
  return open
    .map(({ id, quantity }) => ({ id, quantity: Math.min(quantity, unitsIn([{ units }], id)) }))
    .filter(({ quantity }) => quantity > 0);
}

function delivered(world: World, { shipmentId }: Extract<Command, { type: 'deliver' }>): readonly World[] {
  if (shipmentId === undefined && world.status !== 'shipped') return [];
  const arrives = ({ id, status }: WorldShipment): boolean =>
    status === 'shipped' && (shipmentId === undefined || shipmentId === id);
  if (!world.shipments.some(arrives)) return [];
  const shipments = world.shipments.map((one) =>
    arrives(one) ? { ...one, status: 'delivered' as const } : one,
  );
  const isAll = world.status === 'shipped' && shipments.every(({ status }) => status !== 'shipped');
  return [{ ...world, shipments, status: isAll ? 'delivered' : world.status }];
}

/** Takes a shipment back that is under way. An order that has given all its money back is not shipped again by itself. */
function shipmentCancelled(world: World, shipmentId: string, circumstances: Circumstances): readonly World[] {
  const shipment = world.shipments.find(({ id }) => id === shipmentId);
  if (shipment?.status !== 'shipped') return [];
  const lines = world.lines.map((line) => ({
    ...line,
    shipped: line.shipped - unitsIn([shipment], line.id),
  }));
  const shipments = world.shipments.map((one) =>
    one.id === shipmentId ? { ...one, status: 'cancelled' as const } : one,
  );
  return [withOpenUnits({ ...world, lines, shipments, status: 'processing' }, circumstances)];
}

/** Units that are open again ship by themselves only while the order has money. */
function withOpenUnits(world: World, circumstances: Circumstances): World {
  // Disputed money was not refunded.
  const { dispute: _, ...undisputed } = world;
  const isBlocked =
    circumstances.hasProvider && totalMinorOf(world) > 0 && leftMinorOf(undisputed, circumstances) === 0;
  return isBlocked ? { ...world, isBlocked } : world;
}

/** A shipment comes back. Units that can be sold are open again, the others are lost for the order. */
function returnedToSender(
  world: World,
  { shipmentId, units }: Extract<Command, { type: 'return_to_sender' }>,
  circumstances: Circumstances,
): readonly World[] {
  const shipment = world.shipments.find(({ id }) => id === shipmentId);
  if (shipment?.status !== 'shipped' || !covers(units, shipment.units)) return [];
  const sold = units?.filter(({ condition }) => condition === 'restock') ?? shipment.units;
  const lost = units?.filter(({ condition }) => condition !== 'restock') ?? [];
  const lines = world.lines.map((line) => ({
    ...line,
    shipped: line.shipped - unitsIn([{ units: sold }], line.id),
    lost: line.lost + unitsIn([{ units: lost }], line.id),
  }));
  const shipments = world.shipments.map((one) =>
    one.id === shipmentId ? { ...one, status: 'returned_to_sender' as const } : one,
  );
  const next = { ...world, lines, shipments };
  if (openUnits(next).length === 0) return [{ ...next, status: statusOfShipped(next) }];
  const open = { ...next, status: 'processing' as const };
  return [sold.length > 0 ? withOpenUnits(open, circumstances) : open];
}

/** Whether conditions that somebody named are those of all units. */
function covers(named: readonly Units[] | undefined, units: readonly Units[]): boolean {
  if (!named) return true;
  const ids = new Set([...named, ...units].map(({ id }) => id));
  return [...ids].every((id) => unitsIn([{ units: named }], id) === unitsIn([{ units }], id));
}

function returnRequested(world: World, units: readonly Units[], answer: Applied): readonly World[] {
  const isOpen = ['processing', 'shipped', 'delivered'].includes(world.status);
  const arrived = world.shipments.filter(({ status }) => status === 'delivered');
  const given = world.returns
    .filter(({ status }) => status !== 'declined' && status !== 'cancelled')
    .map(({ units: asked, back = asked }) => ({ units: back }));
  const isThere = units.every(({ id, quantity }) => unitsIn(arrived, id) - unitsIn(given, id) >= quantity);
  if (!isOpen || !isThere) return [];
  const returned = { id: answer.partId ?? '', status: 'requested' as const, units };
  return [{ ...world, returns: [...world.returns, returned] }];
}

function withReturn(
  world: World,
  returnId: string,
  from: readonly World['returns'][number]['status'][],
  to: World['returns'][number]['status'],
): readonly World[] {
  const isIt = ({ id, status }: World['returns'][number]): boolean =>
    id === returnId && from.includes(status);
  if (world.status === 'closed' || !world.returns.some(isIt)) return [];
  return [{ ...world, returns: world.returns.map((one) => (isIt(one) ? { ...one, status: to } : one)) }];
}

function received(
  world: World,
  { returnId, units }: Extract<Command, { type: 'receive_return' }>,
): readonly World[] {
  const asked = world.returns.find(({ id }) => id === returnId)?.units ?? [];
  const restocked = units?.filter(({ condition }) => condition === 'restock') ?? asked;
  const back = units?.filter(({ condition }) => condition !== 'missing') ?? asked;
  if (back.length === 0 || !covers(units, asked)) return [];
  const lines = world.lines.map((line) => ({
    ...line,
    restocked: line.restocked + unitsIn([{ units: restocked }], line.id),
  }));
  const returns = world.returns.map((one) => (one.id === returnId ? { ...one, back } : one));
  return [{ ...world, lines, returns }];
}

type RefundCommand = Extract<Command, { type: 'refund' }>;

/**
 * The range of a refund's amount; `undefined` if every refund is forbidden. A tolerance of two minor units per line covers
 * rounding: unit tests hold the exact arithmetic of discount and tax.
 */
function refundRange(world: World, command: RefundCommand, circumstances: Circumstances) {
  const returned = world.returns.find(({ id }) => id === command.returnId);
  if (command.returnId !== undefined) {
    const isRefunded = world.refunds.some(({ returnId }) => returnId === command.returnId);
    if (returned?.status !== 'received' || isRefunded) return undefined;
  }
  const units = unitsOf(world, command);
  const isThere = units.every(({ id, quantity }) =>
    world.lines.some((line) => line.id === id && line.quantity >= quantity),
  );
  if (!isThere) return undefined;
  const { amountMinor } = command;
  if (amountMinor !== undefined) return { lowMinor: amountMinor, highMinor: amountMinor };
  const leftMinor = leftMinorOf(world, circumstances);
  const isWhole = withCancelled(world, cancelledBy(world, command)).status === 'cancelled';
  if (units.length === 0 || isWhole) return { lowMinor: leftMinor, highMinor: leftMinor };
  const rest = worthRange(world, units);
  const whole = worthRange({ ...world, refunds: [] }, units);
  // An earlier refund may have been cut to the money that was left then; a failed one made room again.
  const mayBeCut = circumstances.mayRefundsFail && world.refunds.length > 0;
  return {
    lowMinor: mayBeCut ? 0 : Math.min(rest.lowMinor, leftMinor),
    highMinor: Math.min((mayBeCut ? whole : rest).highMinor, leftMinor),
  };
}

/** The range of the worth of units whose money was neither given back nor left untaken. */
function worthRange(world: World, units: readonly Units[]) {
  const subtotalMinor = subtotalMinorOf(world.lines);
  const share = (subtotalMinor - world.discountMinor + world.taxMinor) / subtotalMinor;
  const worthMinor = units.reduce((sum, { id, quantity }) => {
    const line = world.lines.find((one) => one.id === id);
    const left = (line?.quantity ?? 0) - unitsIn([...world.refunds, ...world.notCharged], id);
    return sum + (line?.priceMinor ?? 0) * Math.max(0, Math.min(quantity, left)) * share;
  }, 0);
  const toleranceMinor = 2 * units.length;
  return { lowMinor: worthMinor - toleranceMinor, highMinor: worthMinor + toleranceMinor };
}

function unitsOf(world: World, { units, returnId }: RefundCommand): readonly Units[] {
  return units ?? world.returns.find(({ id }) => id === returnId)?.back ?? [];
}

function refunded(
  world: World,
  command: RefundCommand,
  answer: Applied,
  circumstances: Circumstances,
): readonly World[] {
  const range = refundRange(world, command, circumstances);
  if (!range || world.dispute?.isOpen === true) return [];
  const amountMinor = answer.amountMinor ?? range.highMinor;
  const isRight = amountMinor >= range.lowMinor && amountMinor <= range.highMinor;
  if (!isRight || amountMinor <= 0 || amountMinor > leftMinorOf(world, circumstances)) return [];
  const refund = {
    id: answer.partId ?? '',
    amountMinor,
    units: unitsOf(world, command),
    ...(command.returnId === undefined ? {} : { returnId: command.returnId }),
  };
  const next = withCancelled(world, cancelledBy(world, command));
  return [{ ...next, refunds: [...next.refunds, refund] }];
}
