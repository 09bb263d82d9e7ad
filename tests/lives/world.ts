import type { OrderStatus, UnitCondition } from '@oms/domain';

/** A line of an order, with the progress of its units. */
export interface WorldLine {
  readonly id: string;
  readonly quantity: number;
  readonly priceMinor: number;
  /** Absent: not inventory-backed. */
  readonly variantId?: string;
  readonly shipped: number;
  readonly cancelled: number;
  readonly restocked: number;
  /** Units that came back undelivered and cannot be sold again. A part of those that are shipped. */
  readonly lost: number;
}

export interface Units {
  readonly id: string;
  readonly quantity: number;
}

/** Units with the condition that somebody named. */
export type ConditionedUnits = Units & { readonly condition: UnitCondition };

export interface WorldShipment {
  readonly id: string;
  readonly status: 'shipped' | 'delivered' | 'cancelled' | 'returned_to_sender';
  readonly units: readonly Units[];
}

export interface WorldReturn {
  readonly id: string;
  readonly status: 'requested' | 'approved' | 'declined' | 'cancelled' | 'received';
  readonly units: readonly Units[];
  /** The units that are back. Known once the return is received. */
  readonly back?: readonly Units[];
}

export interface WorldRefund {
  readonly id: string;
  readonly amountMinor: number;
  readonly units: readonly Units[];
  readonly returnId?: string;
}

export interface WorldDispute {
  readonly isOpen: boolean;
  /** The money that the provider has taken for it and not given back. */
  readonly heldMinor: number;
}

/**
 * One possible state of an order, modelled on the promises of the APIs and independent of the code. While an outcome is open
 * (a race of commands, a payment under way), several worlds are possible.
 */
export interface World {
  readonly status: OrderStatus;
  readonly lines: readonly WorldLine[];
  readonly discountMinor: number;
  readonly taxMinor: number;
  readonly shippingMinor: number;
  readonly shipments: readonly WorldShipment[];
  readonly returns: readonly WorldReturn[];
  readonly refunds: readonly WorldRefund[];
  /** The captured money of an order that is captured when it ships. Absent until then. */
  readonly capturedMinor?: number;
  /** Units that were cancelled before their money was taken. */
  readonly notCharged: readonly { readonly amountMinor: number; readonly units: readonly Units[] }[];
  /** The answers to successful commands, by key. */
  readonly made: Readonly<Record<string, string>>;
  /** Keys of refused commands. A replay may be refused again, although the order has changed since. */
  readonly refused: readonly string[];
  /** Whether somebody has to say what the open units of an order without money are for. */
  readonly isBlocked?: true;
  /** Whether the order was a draft, which reserves its stock when it is confirmed. */
  readonly isReserved?: true;
  /** The newest dispute of the payment, of all of its money. */
  readonly dispute?: WorldDispute;
  /** Whether the order was cancelled while the provider had its money for a dispute: nothing was refunded then. */
  readonly wasHeldAtEnd?: true;
  /** The outcome that an answer has already told a client. */
  readonly promised?: 'confirmed' | 'cancelled';
}

/** The constant circumstances of a life. */
export interface Circumstances {
  readonly hasProvider: boolean;
  /** The authorised amount; 0 for an unusable authorisation. */
  readonly authorizedMinor: number;
  /** Whether the payment is captured when the order ships. */
  readonly isCapturedAtShipment: boolean;
  /** Whether the provider has an instruction to decline the capture. Other faults may come first. */
  readonly mayBeDeclined: boolean;
  readonly mayRefundsFail: boolean;
  /** The stock of a variant. Scarce variants may have run out. */
  readonly stockOf: (variantId: string) => 'plenty' | 'scarce' | 'missing';
}

export function totalMinorOf({ lines, discountMinor, taxMinor, shippingMinor }: World): number {
  return subtotalMinorOf(lines) - discountMinor + taxMinor + shippingMinor;
}

export function subtotalMinorOf(
  lines: readonly { readonly quantity: number; readonly priceMinor: number }[],
): number {
  return lines.reduce((sum, { quantity, priceMinor }) => sum + quantity * priceMinor, 0);
}

/** The money that is left to refund. A cancellation refunds all of it. */
export function leftMinorOf(world: World, circumstances: Circumstances): number {
  const keptMinor = world.refunds.reduce(
    (left, { amountMinor }) => left - amountMinor,
    capturedMinorOf(world, circumstances) - heldMinorOf(world),
  );
  return Math.max(0, keptMinor);
}

/** The money that the provider has taken for a dispute. */
export const heldMinorOf = ({ dispute }: World): number => dispute?.heldMinor ?? 0;

/** Whether a cancellation would give money back that an open dispute may give back as well. */
export const isDisputedUntaken = ({ dispute }: World): boolean =>
  dispute?.isOpen === true && dispute.heldMinor === 0;

/** The world whose order is cancelled. */
export function cancelled(world: World): World {
  const isHeld = heldMinorOf(world) > 0;
  return withoutPromise({ ...world, status: 'cancelled', ...(isHeld ? { wasHeldAtEnd: true } : {}) });
}

/** Whether an order has a sale to take money for. */
export const takesMoney = ({ status, wasHeldAtEnd }: World): boolean =>
  wasHeldAtEnd === true || !['draft', 'pending', 'cancelled'].includes(status);

/** The money that the order has taken. */
export function capturedMinorOf(world: World, circumstances: Circumstances): number {
  if (!circumstances.hasProvider || !takesMoney(world)) return 0;
  return isToBeCaptured(world, circumstances) ? 0 : (world.capturedMinor ?? totalMinorOf(world));
}

/** Whether the payment of the order is only held, until its first units leave. */
export function isToBeCaptured(world: World, { isCapturedAtShipment }: Circumstances): boolean {
  return isCapturedAtShipment && world.capturedMinor === undefined && totalMinorOf(world) > 0;
}

/** The number of a line's units in some parts of an order. */
export function unitsIn(parts: readonly { readonly units: readonly Units[] }[], lineId: string): number {
  return parts
    .flatMap(({ units }) => units)
    .reduce((sum, { id, quantity }) => sum + (id === lineId ? quantity : 0), 0);
}

/** The units that are left to ship. */
export function openUnits({ lines }: World): readonly Units[] {
  return lines
    .map(({ id, quantity, shipped, cancelled }) => ({ id, quantity: quantity - shipped - cancelled }))
    .filter(({ quantity }) => quantity > 0);
}

/** The reservation's outcome for an order: certain, or open because it depends on other lives. */
export function stockOutlook({ lines }: World, { stockOf }: Circumstances): 'enough' | 'open' | 'short' {
  const kinds = lines.map(({ variantId }) => (variantId === undefined ? 'plenty' : stockOf(variantId)));
  if (kinds.includes('missing')) return 'short';
  return kinds.includes('scarce') ? 'open' : 'enough';
}

/** All worlds that can follow from a world without a command, including the world itself. */
export function closure(world: World, circumstances: Circumstances): readonly World[] {
  const refundsGone = circumstances.mayRefundsFail ? withoutFailedRefunds(world) : [world];
  return refundsGone.flatMap((one) => [one, ...outcomesOfPlacing(one, circumstances)]);
}

function outcomesOfPlacing(world: World, circumstances: Circumstances): readonly World[] {
  if (world.status !== 'pending') return [];
  const isPayable = !circumstances.hasProvider || circumstances.authorizedMinor >= totalMinorOf(world);
  // The stock of a draft was reserved when the draft was confirmed.
  const stock = world.isReserved ? 'enough' : stockOutlook(world, circumstances);
  const may = {
    confirmed: isPayable && stock !== 'short',
    cancelled:
      !isPayable ||
      stock !== 'enough' ||
      (circumstances.mayBeDeclined && !isToBeCaptured(world, circumstances)),
  };
  return (['confirmed', 'cancelled'] as const)
    .filter((status) => may[status] && (world.promised ?? status) === status)
    .map((status) => withoutPromise({ ...world, status }));
}

/** The world after its promised outcome. */
export function withoutPromise({ promised: _, ...world }: World): World {
  return world;
}

/** The provider may have refused any one refund, which then has no effect: the order has money to ship for. */
function withoutFailedRefunds(world: World): readonly World[] {
  const { isBlocked: _, ...rest } = world;
  return [
    world,
    ...world.refunds.map(({ id }) => ({
      ...rest,
      refunds: world.refunds.filter((refund) => refund.id !== id),
    })),
  ];
}

/** A command with the ids of all its parts. */
export type Command =
  | {
      readonly type: 'edit';
      readonly lines?: readonly WorldLine[];
      readonly shippingMinor: number;
    }
  | { readonly type: 'confirm' | 'process' | 'cancel' | 'close' }
  | { readonly type: 'ship'; readonly units?: readonly Units[]; readonly startsProcessing: boolean }
  | { readonly type: 'cancel_units'; readonly units: readonly Units[] }
  | { readonly type: 'deliver'; readonly shipmentId?: string }
  | { readonly type: 'correct_shipment' | 'cancel_shipment'; readonly shipmentId: string }
  | {
      readonly type: 'return_to_sender';
      readonly shipmentId: string;
      /** Absent: all are back, and can be sold again. */
      readonly units?: readonly ConditionedUnits[];
    }
  | { readonly type: 'request_return'; readonly units: readonly Units[] }
  | { readonly type: 'decide_return'; readonly returnId: string; readonly isApproved: boolean }
  | {
      readonly type: 'receive_return';
      readonly returnId: string;
      /** Absent: all are back, and can be sold again. */
      readonly units?: readonly ConditionedUnits[];
    }
  | { readonly type: 'cancel_return'; readonly returnId: string }
  | {
      readonly type: 'refund';
      readonly amountMinor?: number;
      readonly units?: readonly Units[];
      readonly returnId?: string;
    };
