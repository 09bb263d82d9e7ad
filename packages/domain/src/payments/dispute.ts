import { PaymentNotificationKind, type PaymentNotification } from './payment-notification.js';

/** The standing of a customer's dispute of a payment at the bank or the provider. */
export const DisputeStatus = {
  Open: 'open',
  /** Decided for the merchant, or withdrawn by the customer. */
  Won: 'won',
  /** Decided for the customer, or accepted by the merchant. */
  Lost: 'lost',
} as const;
export type DisputeStatus = (typeof DisputeStatus)[keyof typeof DisputeStatus];

/** A dispute of an order's payment. Amounts are in minor units of the order's currency. */
export interface Dispute {
  /** The provider's id of the dispute. */
  readonly id: string;
  readonly status: DisputeStatus;
  /** The money that is disputed. */
  readonly amountMinor: number;
  /** The money that the provider has taken for the dispute and not given back. */
  readonly heldMinor: number;
}

/** Everything that can be said of a dispute, by a provider's notification and by an entry of an order's ledger alike. */
export const disputeOperations = [
  PaymentNotificationKind.DisputeOpened,
  PaymentNotificationKind.DisputeWithdrawn,
  PaymentNotificationKind.DisputeReinstated,
  PaymentNotificationKind.DisputeWon,
  PaymentNotificationKind.DisputeLost,
] as const;
export type DisputeOperation = (typeof disputeOperations)[number];

export const isDisputeOperation = (operation: string): operation is DisputeOperation =>
  disputeOperations.some((each) => each === operation);

/** An entry of an order's ledger about a dispute. Opening and ending a dispute move no money. */
export interface DisputeEntry {
  readonly operation: DisputeOperation;
  /** The provider's id of the dispute. */
  readonly disputeId: string;
  readonly amountMinor: number;
}

const { DisputeOpened, DisputeWithdrawn, DisputeReinstated, DisputeWon, DisputeLost } =
  PaymentNotificationKind;

/**
 * The present state of a dispute, from all that its provider has said of it, in any sequence and however often: the money
 * is the sum of what was taken and given back, and the last decision stands.
 *
 * @param said the notifications of one dispute, each event once
 * @param order its currency, and the amount in minor units of a dispute whose amount the provider does not name in it
 */
export function disputeOf(
  id: string,
  said: readonly Pick<PaymentNotification, 'kind' | 'amountMinor' | 'currency' | 'occurredAt'>[],
  order: { readonly currency: string; readonly wholeMinor: number },
): Dispute {
  const named = said.flatMap(({ amountMinor, currency }) =>
    amountMinor !== undefined && amountMinor > 0 && currency === order.currency ? amountMinor : [],
  );
  const amountMinor = named.length > 0 ? Math.max(...named) : order.wholeMinor;
  const sumOf = (wanted: PaymentNotificationKind): number =>
    said
      .filter(({ kind }) => kind === wanted)
      .reduce(
        (sum, each) =>
          sum + (each.currency === order.currency ? (each.amountMinor ?? amountMinor) : amountMinor),
        0,
      );
  // A provider that takes the money a second time may say so before it says that it had given it back.
  const heldMinor = Math.min(amountMinor, Math.max(0, sumOf(DisputeWithdrawn) - sumOf(DisputeReinstated)));
  return { id, amountMinor, heldMinor, status: statusOf(said, heldMinor) };
}

function statusOf(
  said: readonly Pick<PaymentNotification, 'kind' | 'occurredAt'>[],
  heldMinor: number,
): DisputeStatus {
  const decisions = said
    .filter(({ kind }) => kind === DisputeWon || kind === DisputeLost)
    // Of two decisions at one moment the loss stands.
    .sort((a, b) => a.occurredAt.localeCompare(b.occurredAt) || b.kind.localeCompare(a.kind));
  const last = decisions.at(-1);
  if (last) return last.kind === DisputeWon ? DisputeStatus.Won : DisputeStatus.Lost;
  // Adyen announces a defended dispute by giving the money back.
  const isGivenBack = heldMinor === 0 && said.some(({ kind }) => kind === DisputeReinstated);
  return isGivenBack ? DisputeStatus.Won : DisputeStatus.Open;
}

const operationOfStatus = {
  [DisputeStatus.Open]: DisputeOpened,
  [DisputeStatus.Won]: DisputeWon,
  [DisputeStatus.Lost]: DisputeLost,
} as const;

/** The disputes of an order's payment, from the entries of its ledger in their sequence. */
export function disputesIn(entries: readonly DisputeEntry[]): readonly Dispute[] {
  const disputes = new Map<string, Dispute>();
  for (const { operation, disputeId: id, amountMinor } of entries) {
    const before = disputes.get(id) ?? { id, status: DisputeStatus.Open, amountMinor, heldMinor: 0 };
    disputes.set(id, { ...before, ...changeBy(operation, amountMinor, before.heldMinor) });
  }
  return [...disputes.values()];
}

function changeBy(operation: DisputeOperation, amountMinor: number, heldMinor: number): Partial<Dispute> {
  switch (operation) {
    case DisputeOpened:
      return { status: DisputeStatus.Open, amountMinor };
    case DisputeWithdrawn:
      return { heldMinor: heldMinor + amountMinor };
    case DisputeReinstated:
      return { heldMinor: heldMinor - amountMinor };
    case DisputeWon:
      return { status: DisputeStatus.Won, amountMinor };
    case DisputeLost:
      return { status: DisputeStatus.Lost, amountMinor };
  }
}

/** The entries that bring an order's ledger from what it has of a dispute to the dispute's present state. */
export function missingEntries(recorded: Dispute | undefined, now: Dispute): readonly DisputeEntry[] {
  const entry = (operation: DisputeOperation, amountMinor: number): DisputeEntry => ({
    ...{ operation, amountMinor },
    disputeId: now.id,
  });
  const opened = recorded ? [] : [entry(DisputeOpened, now.amountMinor)];
  const movedMinor = now.heldMinor - (recorded?.heldMinor ?? 0);
  const moved =
    movedMinor === 0
      ? []
      : [entry(movedMinor > 0 ? DisputeWithdrawn : DisputeReinstated, Math.abs(movedMinor))];
  const isSame = now.status === (recorded?.status ?? DisputeStatus.Open);
  return [...opened, ...moved, ...(isSame ? [] : [entry(operationOfStatus[now.status], now.amountMinor)])];
}
