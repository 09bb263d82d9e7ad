import type { OrderStatus } from '@oms/domain';

/** A line of an order, as far as its units have come. */
export interface WorldLine {
  readonly id: string;
  readonly quantity: number;
  readonly priceMinor: number;
  /** Absent: not inventory-backed. */
  readonly variantId?: string;
  readonly shipped: number;
  readonly restocked: number;
}

export interface Units {
  readonly id: string;
  readonly quantity: number;
}

export interface WorldReturn {
  readonly id: string;
  readonly status: 'requested' | 'approved' | 'declined' | 'received';
  readonly units: readonly Units[];
}

export interface WorldRefund {
  readonly id: string;
  readonly amountMinor: number;
  readonly units: readonly Units[];
  readonly returnId?: string;
}

/**
 * One state that an order may be in, as somebody understands it who has read what the APIs promise and nothing of the
 * code. While it is open how things went (commands that raced, a payment under way) there are several.
 */
export interface World {
  readonly status: OrderStatus;
  readonly lines: readonly WorldLine[];
  readonly discountMinor: number;
  readonly taxMinor: number;
  readonly shippingMinor: number;
  readonly shipments: readonly {
    readonly id: string;
    readonly isDelivered: boolean;
    readonly units: readonly Units[];
  }[];
  readonly returns: readonly WorldReturn[];
  readonly refunds: readonly WorldRefund[];
  /** The answers of the commands that were carried out, by their keys. */
  readonly made: Readonly<Record<string, string>>;
  /** Keys under which a command was refused: sent again, it may be refused again, whatever has changed since. */
  readonly refused: readonly string[];
  /** Whether it was a draft, which has its stock before it is placed. */
  readonly isReserved?: true;
  /** What has to become of it, since somebody was told so. */
  readonly promised?: 'confirmed' | 'cancelled';
}

/** What is true of a life from its beginning to its end. */
export interface Circumstances {
  readonly hasProvider: boolean;
  /** For how much the authorisation is; 0 where it cannot be used. */
  readonly authorizedMinor: number;
  /** Whether the provider is told to decline the capture, if nothing else befalls it before. */
  readonly mayBeDeclined: boolean;
  readonly mayRefundsFail: boolean;
  /** Whether a variant may have run out, or has nothing from the beginning. */
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

/** What could still be given back. A cancellation gives back all there is. */
export function leftMinorOf(world: World, { hasProvider }: Circumstances): number {
  const isPaid = hasProvider && !['draft', 'pending', 'cancelled'].includes(world.status);
  if (!isPaid) return 0;
  return world.refunds.reduce((left, { amountMinor }) => left - amountMinor, totalMinorOf(world));
}

/** How many units of a line are in some of an order's parts. */
export function unitsIn(parts: readonly { readonly units: readonly Units[] }[], lineId: string): number {
  return parts
    .flatMap(({ units }) => units)
    .reduce((sum, { id, quantity }) => sum + (id === lineId ? quantity : 0), 0);
}

/** What stock says to an order: it is certain, or it depends on the other lives. */
export function stockOutlook({ lines }: World, { stockOf }: Circumstances): 'enough' | 'open' | 'short' {
  const kinds = lines.map(({ variantId }) => (variantId === undefined ? 'plenty' : stockOf(variantId)));
  if (kinds.includes('missing')) return 'short';
  return kinds.includes('scarce') ? 'open' : 'enough';
}

/** All worlds that may have come of one by itself, that one among them. */
export function closure(world: World, circumstances: Circumstances): readonly World[] {
  const refundsGone = circumstances.mayRefundsFail ? withoutFailedRefunds(world) : [world];
  return refundsGone.flatMap((one) => [one, ...outcomesOfPlacing(one, circumstances)]);
}

function outcomesOfPlacing(world: World, circumstances: Circumstances): readonly World[] {
  if (world.status !== 'pending') return [];
  const isPayable = !circumstances.hasProvider || circumstances.authorizedMinor >= totalMinorOf(world);
  // The stock of a draft was reserved when it was placed.
  const stock = world.isReserved ? 'enough' : stockOutlook(world, circumstances);
  const may = {
    confirmed: isPayable && stock !== 'short',
    cancelled: !isPayable || stock !== 'enough' || circumstances.mayBeDeclined,
  };
  return (['confirmed', 'cancelled'] as const)
    .filter((status) => may[status] && (world.promised ?? status) === status)
    .map((status) => withoutPromise({ ...world, status }));
}

/** What was promised has come true. */
export function withoutPromise({ promised: _, ...world }: World): World {
  return world;
}

/** The provider may have refused any one refund, which is then as if nobody had asked for it. */
function withoutFailedRefunds(world: World): readonly World[] {
  return [
    world,
    ...world.refunds.map(({ id }) => ({
      ...world,
      refunds: world.refunds.filter((refund) => refund.id !== id),
    })),
  ];
}

/** A command with everything named. */
export type Command =
  | {
      readonly type: 'edit';
      readonly lines?: readonly WorldLine[];
      readonly shippingMinor: number;
    }
  | { readonly type: 'confirm' | 'process' | 'cancel' | 'close' }
  | { readonly type: 'ship'; readonly units?: readonly Units[]; readonly startsProcessing: boolean }
  | { readonly type: 'deliver'; readonly shipmentId?: string }
  | { readonly type: 'request_return'; readonly units: readonly Units[] }
  | { readonly type: 'decide_return'; readonly returnId: string; readonly isApproved: boolean }
  | { readonly type: 'receive_return'; readonly returnId: string; readonly restocked: 'all' | 'none' }
  | {
      readonly type: 'refund';
      readonly amountMinor?: number;
      readonly units?: readonly Units[];
      readonly returnId?: string;
    };
