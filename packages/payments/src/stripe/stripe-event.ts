import { PaymentProviderName } from '@oms/domain';
import { z } from 'zod';

import { PaymentNotificationKind, type PaymentNotification } from '../payment-notification.js';
import { stripeMoney } from './stripe-amounts.js';
import { ownerInMetadata } from './stripe-intent.js';
import { stripeEventTypes, type StripeEventType } from './stripe-event-types.js';
import { operationMetadataKey } from './stripe-refund.js';

const eventSchema = z.object({
  id: z.string().min(1),
  type: z.string(),
  /** Seconds since the epoch, up to the year 9999. */
  created: z.int().nonnegative().max(253_402_300_799),
  data: z.object({ object: z.unknown(), previous_attributes: z.unknown().optional() }),
});

const amount = z.int().nonnegative();
const currency = z.string().length(3);
/** An id, or the object itself if the endpoint expands it. */
const idOf = z.union([z.string(), z.object({ id: z.string() }).transform(({ id }) => id)]);

const intentSchema = z.object({
  id: z.string(),
  amount,
  amount_capturable: amount,
  amount_received: amount,
  currency,
  cancellation_reason: z.string().nullish(),
  last_payment_error: z.object({ message: z.string().nullish() }).nullish(),
  metadata: ownerInMetadata,
});
const chargeSchema = z.object({
  id: z.string(),
  payment_intent: idOf.nullish(),
  captured: z.boolean(),
  amount_refunded: amount,
  currency,
});
const refundSchema = z.object({
  id: z.string(),
  payment_intent: idOf.nullish(),
  status: z.string().nullish(),
  amount,
  currency,
  failure_reason: z.string().nullish(),
  metadata: z.record(z.string(), z.string()).nullish(),
});
const disputeSchema = z.object({
  id: z.string(),
  payment_intent: idOf.nullish(),
  amount,
  currency,
  status: z.string().nullish(),
  reason: z.string().nullish(),
  /** At most one that took the money and one that gave it back, in the currency of the account. */
  balance_transactions: z.array(z.object({ amount: z.int(), currency })).nullish(),
});
type StripeDispute = z.infer<typeof disputeSchema>;

type Said = Omit<PaymentNotification, 'provider' | 'eventId' | 'occurredAt'>;
type Reader = (object: unknown, previous: unknown) => Said | undefined;

const { Authorized, AuthorizationExpired, AuthorizationFailed, Captured } = PaymentNotificationKind;
const { DisputeOpened, DisputeWithdrawn, DisputeReinstated, DisputeWon, DisputeLost } =
  PaymentNotificationKind;
const { Refunded, RefundFailed, Voided } = PaymentNotificationKind;

const readers: Readonly<Record<StripeEventType, Reader>> = {
  'payment_intent.amount_capturable_updated': (object) =>
    ofIntent(object, ({ amount_capturable: held }) => ({ kind: Authorized, amount: held })),
  'payment_intent.succeeded': (object) =>
    ofIntent(object, ({ amount_received: taken }) => ({ kind: Captured, amount: taken })),
  'payment_intent.canceled': (object) =>
    ofIntent(object, (intent) => ({
      // Stripe itself cancels an authorisation seven days after it was made.
      kind: intent.cancellation_reason === 'automatic' ? AuthorizationExpired : Voided,
      amount: intent.amount,
    })),
  'payment_intent.payment_failed': (object) =>
    ofIntent(object, (intent) => ({
      kind: AuthorizationFailed,
      amount: intent.amount,
      reason: intent.last_payment_error?.message,
    })),
  'charge.refunded': ofCharge,
  'charge.refund.updated': ofRefund,
  'refund.failed': ofRefund,
  'charge.dispute.created': (object) => ofDispute(object, () => DisputeOpened),
  'charge.dispute.funds_withdrawn': (object) => ofDispute(object, () => DisputeWithdrawn, takenOrWhole),
  'charge.dispute.funds_reinstated': (object) => ofDispute(object, () => DisputeReinstated, givenBackOrWhole),
  // An inquiry is closed with `warning_closed`, and took no money.
  'charge.dispute.closed': (object) =>
    ofDispute(object, ({ status }) => (status === 'lost' ? DisputeLost : DisputeWon)),
};

/**
 * Converts an event to a notification.
 *
 * @returns undefined for an event that does not concern any order
 */
export function readNotification(raw: unknown): PaymentNotification | undefined {
  const { data: event } = eventSchema.safeParse(raw);
  const type = stripeEventTypes.find((known) => known === event?.type);
  const said = event && type && readers[type](event.data.object, event.data.previous_attributes);
  if (!said) return undefined;
  return {
    provider: PaymentProviderName.Stripe,
    eventId: event.id,
    occurredAt: new Date(event.created * 1_000).toISOString(),
    ...said,
  };
}

function ofIntent(
  object: unknown,
  means: (intent: z.infer<typeof intentSchema>) => {
    readonly kind: PaymentNotificationKind;
    readonly amount: number;
    readonly reason?: string | null | undefined;
  },
): Said | undefined {
  const { data: intent } = intentSchema.safeParse(object);
  if (!intent) return undefined;
  const { kind, amount: moved, reason } = means(intent);
  const { id: reference, metadata: owner } = intent;
  return { kind, reference, owner, ...moneyOf(moved, intent.currency), ...(reason ? { reason } : {}) };
}

/**
 * Reads a refunded charge. Stripe also counts the released part of an authorisation as refunded, so a charge that was
 * not captured is ignored.
 */
function ofCharge(object: unknown, previous: unknown): Said | undefined {
  const { data: charge } = chargeSchema.safeParse(object);
  if (!charge?.captured || !charge.payment_intent) return undefined;
  const { data: before } = z.object({ amount_refunded: amount }).safeParse(previous);
  const money = before
    ? moneyOf(charge.amount_refunded - before.amount_refunded, charge.currency)
    : { currency: charge.currency.toUpperCase() };
  return { kind: Refunded, reference: charge.payment_intent, objectId: charge.id, ...money };
}

/** Reads a failed refund. Stripe reports a successful refund through its charge. */
function ofRefund(object: unknown): Said | undefined {
  const { data: refund } = refundSchema.safeParse(object);
  if (!refund?.payment_intent || (refund.status !== 'failed' && refund.status !== 'canceled'))
    return undefined;
  const operationKey = refund.metadata?.[operationMetadataKey];
  return {
    kind: RefundFailed,
    reference: refund.payment_intent,
    objectId: refund.id,
    ...moneyOf(refund.amount, refund.currency),
    ...(operationKey === undefined ? {} : { operationKey }),
    ...(refund.failure_reason ? { reason: refund.failure_reason } : {}),
  };
}

function ofDispute(
  object: unknown,
  kindOf: (dispute: StripeDispute) => PaymentNotificationKind,
  amountOf: (dispute: StripeDispute) => number = (dispute) => dispute.amount,
): Said | undefined {
  const { data: dispute } = disputeSchema.safeParse(object);
  if (!dispute?.payment_intent) return undefined;
  return {
    kind: kindOf(dispute),
    reference: dispute.payment_intent,
    objectId: dispute.id,
    ...moneyOf(amountOf(dispute), dispute.currency),
    ...(dispute.reason ? { reason: dispute.reason } : {}),
  };
}

const takenOrWhole = (dispute: StripeDispute): number => movedBy(dispute, (moved) => moved < 0);

/** Of a dispute that is lost in part, Stripe gives a part back. */
const givenBackOrWhole = (dispute: StripeDispute): number => movedBy(dispute, (moved) => moved > 0);

/**
 * The money that moved for a dispute, in its own currency. The whole of it where the account has another currency.
 *
 * @see https://docs.stripe.com/api/disputes/object
 */
function movedBy(
  { amount: whole, currency: own, balance_transactions: moves }: StripeDispute,
  isWanted: (moved: number) => boolean,
): number {
  const moved = (moves ?? []).filter((move) => isWanted(move.amount));
  if (moved.length === 0 || moved.some((move) => move.currency !== own)) return whole;
  return moved.reduce((sum, move) => sum + Math.abs(move.amount), 0);
}

/** Converts an amount, and omits one that the currency cannot have, because nothing depends on it. */
function moneyOf(stripeAmount: number, code: string): Pick<Said, 'amountMinor' | 'currency'> {
  const upper = code.toUpperCase();
  const amountMinor = stripeMoney.fromProvider(stripeAmount, upper);
  return { currency: upper, ...(amountMinor === undefined ? {} : { amountMinor }) };
}
