import type { PaymentOwner } from '@oms/domain';

import { PaymentNotificationKind, type PaymentNotification } from '../payment-notification.js';
import type { PaymentSnapshot } from '../payment-provider.js';
import { recapturedMark } from './adyen-notification.js';

/** A change of a payment that can fail. */
export type Effect = 'capture' | 'void' | 'refund';

/** One capture, cancellation or refund, by its PSP reference, as all notifications about it tell. */
export interface EffectStanding {
  readonly effect: Effect;
  readonly objectId: string;
  /** The keys of the operations that made it: one, unless somebody made it by hand. */
  readonly operations: readonly string[];
  readonly succeeded: boolean;
  /** Present if it failed and succeeded later, by an unsigned notification. */
  readonly isReported?: true;
  readonly amountMinor?: number;
  /** Adyen's reason of its failure. */
  readonly reason?: string;
}

/** The standing of a payment by Adyen's notifications. */
export type PaymentStanding =
  /** No notification proves the payment yet. */
  | { readonly kind: 'unannounced' }
  /** The notifications contradict each other: invalid amounts, or more than one currency. */
  | { readonly kind: 'contradictory'; readonly message: string; readonly owner?: PaymentOwner }
  | Announced;

export interface Announced {
  readonly kind: 'announced';
  readonly snapshot: PaymentSnapshot;
  readonly effects: readonly EffectStanding[];
  /** Adyen's reason of a refused authorisation. */
  readonly refusal?: string;
}

const kinds = PaymentNotificationKind;

const families: Readonly<
  Record<Effect, { readonly succeeded: PaymentNotificationKind; readonly failed: PaymentNotificationKind }>
> = {
  capture: { succeeded: kinds.Captured, failed: kinds.CaptureFailed },
  void: { succeeded: kinds.Voided, failed: kinds.VoidFailed },
  refund: { succeeded: kinds.Refunded, failed: kinds.RefundFailed },
};

/**
 * Derives the standing of a payment from Adyen's notifications.
 *
 * It is a function of the set of notifications: their order and repetitions change nothing, so late, doubled and
 * overtaken webhooks are harmless. Where two contradict each other, a rule decides, not the order of arrival:
 *
 * - An authorisation that succeeded and failed has succeeded: Adyen lets a refused payment succeed, never the reverse.
 * - A capture or refund that succeeded and failed has failed: `CAPTURE_FAILED` and `REFUND_FAILED` revoke a success.
 *   Adyen's words about a second capture are unsigned, so they are a report only. The capture has succeeded once an
 *   operator confirms it.
 * - A reversal refunds a captured payment and releases an uncaptured one.
 * - A cancellation that succeeded and failed has succeeded: it cannot be undone.
 * - A payment with captured money is captured, despite any other notification.
 * - A payment whose capture succeeded and failed later is authorised again, until Adyen refuses to cancel it: then
 *   Adyen holds nothing of it any more.
 * - The least of several amounts of one authorisation counts, and the most of several amounts of one capture or refund:
 *   each time the careful reading.
 */
export function standingOf(
  reference: string,
  notifications: readonly PaymentNotification[],
): PaymentStanding {
  const own = withReversals(notifications.filter((notification) => notification.reference === reference));
  const authorizations = own.filter(({ kind }) => kind === kinds.Authorized);
  const refusals = own.filter(({ kind }) => kind === kinds.AuthorizationFailed);
  const expiries = own.filter(({ kind }) => kind === kinds.AuthorizationExpired);
  const effects = (['capture', 'void', 'refund'] as const).flatMap((effect) => effectsOf(effect, own));
  const succeeded = (effect: Effect): readonly EffectStanding[] =>
    effects.filter((standing) => standing.effect === effect && standing.succeeded);
  const voids = succeeded('void');

  // These events happen to authorised payments only. They prove an authorisation whose notification is still to arrive.
  const evidence = [
    ...authorizations,
    ...expiries,
    ...succeededOf(own, 'void'),
    ...succeededOf(own, 'capture'),
  ];
  if (evidence.length === 0 && refusals.length === 0) return { kind: 'unannounced' };
  const relevant = [...evidence, ...refusals, ...succeededOf(own, 'refund')];
  const problem = problemOf(reference, relevant);
  const owner = ownerOf(own);
  if (problem !== undefined) return { kind: 'contradictory', message: problem, ...owner };
  const currency = relevant[0]?.currency ?? '';

  const capturedMinor = sumOf(succeeded('capture'));
  const refundedMinor = Math.min(sumOf(succeeded('refund')), capturedMinor);
  const authorizedMinor = Math.max(authorizedOf(authorizations, expiries, voids), capturedMinor);
  const released = voids.length > 0 || expiries.length > 0 || isUsedUp(effects, own);
  const state = stateOf({ capturedMinor, released, authorized: evidence.length > 0 });
  const refusal = refusals.map(({ reason }) => reason ?? '').sort()[0];
  return {
    kind: 'announced',
    effects,
    snapshot: {
      ...{ reference, state, currency, authorizedMinor, capturedMinor, refundedMinor },
      ...(state === 'authorized' ? heldUntil(authorizations) : {}),
      ...owner,
      ...reportedCaptureOf(effects),
    },
    ...(refusal === undefined || state !== 'not_authorized' ? {} : { refusal }),
  };
}

/** Only the payment's own notifications repeat its owner. Where they differ, no order can be compared with it. */
function ownerOf(notifications: readonly PaymentNotification[]): { readonly owner?: PaymentOwner } {
  const [first, ...others] = notifications.flatMap(({ owner }) => owner ?? []);
  if (!first) return {};
  return { owner: others.every((other) => isSameOwner(first, other)) ? first : { kind: 'unreadable' } };
}

function isSameOwner(one: PaymentOwner, other: PaymentOwner): boolean {
  if (one.kind !== 'named' || other.kind !== 'named') return one.kind === other.kind;
  return one.tenantId === other.tenantId && one.orgId === other.orgId;
}

/** Classifies reversals: refunds of a captured payment, cancellations of any other. */
function withReversals(notifications: readonly PaymentNotification[]): readonly PaymentNotification[] {
  if (!notifications.some(({ kind }) => kind === kinds.Reversed)) return notifications;
  const isCaptured = effectsOf('capture', notifications).some(({ succeeded }) => succeeded);
  const kind = families[isCaptured ? 'refund' : 'void'].succeeded;
  return notifications.map((said) => (said.kind === kinds.Reversed ? { ...said, kind } : said));
}

function reportedCaptureOf(effects: readonly EffectStanding[]): Pick<PaymentSnapshot, 'reportedCapture'> {
  const reported = effects.find(({ isReported }) => isReported);
  if (reported?.amountMinor === undefined) return {};
  return { reportedCapture: { objectId: reported.objectId, amountMinor: reported.amountMinor } };
}

/**
 * Whether nothing is held although nothing was captured and nothing released: a capture took the held money and failed
 * later, and Adyen answers that there is nothing to cancel.
 */
function isUsedUp(
  effects: readonly EffectStanding[],
  notifications: readonly PaymentNotification[],
): boolean {
  const taken = succeededOf(notifications, 'capture').map(({ objectId = '' }) => objectId);
  const isCaptureReversed = effects.some(
    ({ effect, succeeded, objectId }) => effect === 'capture' && !succeeded && taken.includes(objectId),
  );
  return isCaptureReversed && effects.some(({ effect, succeeded }) => effect === 'void' && !succeeded);
}

/**
 * The shortest time for which card schemes hold an authorisation: Mastercard's final authorisations for 7 days, Visa's
 * for 10. Adyen tells the time of an authorisation, but not its expiry (docs.adyen.com/online-payments/capture).
 */
const heldForMs = 7 * 24 * 60 * 60 * 1_000;

function heldUntil(authorizations: readonly PaymentNotification[]): { readonly expiresAt?: string } {
  const [first] = authorizations
    .map(({ occurredAt }) => Date.parse(occurredAt))
    .sort((one, other) => one - other);
  return first === undefined ? {} : { expiresAt: new Date(first + heldForMs).toISOString() };
}

function stateOf(known: {
  readonly capturedMinor: number;
  readonly released: boolean;
  readonly authorized: boolean;
}): PaymentSnapshot['state'] {
  if (known.capturedMinor > 0) return 'captured';
  if (known.released) return 'voided';
  return known.authorized ? 'authorized' : 'not_authorized';
}

function succeededOf(
  notifications: readonly PaymentNotification[],
  effect: Effect,
): readonly PaymentNotification[] {
  return notifications.filter(({ kind }) => kind === families[effect].succeeded);
}

/** The effects of one kind, ordered by their PSP references so that the result is one of the set. */
function effectsOf(effect: Effect, notifications: readonly PaymentNotification[]): readonly EffectStanding[] {
  const { succeeded, failed } = families[effect];
  const said = notifications.filter(({ kind }) => kind === succeeded || kind === failed);
  const ids = [...new Set(said.map(({ objectId }) => objectId ?? ''))].sort();
  // A failure that names the payment itself, and no capture of it, concerns every capture.
  const general = said.filter(({ kind, objectId, reference }) => kind === failed && objectId === reference);
  return ids.map((objectId) => {
    const own = said.filter((notification) => (notification.objectId ?? '') === objectId);
    const successes = own.filter(({ kind }) => kind === succeeded);
    const failures = [...own.filter(({ kind }) => kind === failed), ...general];
    const amounts = (successes.length > 0 ? successes : failures).flatMap(
      ({ amountMinor }) => amountMinor ?? [],
    );
    const reason = failures.map((failure) => failure.reason ?? '').sort()[0];
    const hasCome = hasSucceeded(effect, successes, failures);
    const isReported =
      effect === 'capture' && !hasCome && successes.some((success) => success.reason === recapturedMark);
    return {
      effect,
      objectId,
      operations: [...new Set(own.flatMap(({ operationKey }) => operationKey ?? []))].sort(),
      succeeded: hasCome,
      ...(isReported ? { isReported } : {}),
      ...(amounts.length === 0 ? {} : { amountMinor: Math.max(...amounts) }),
      ...(reason === undefined || reason === '' ? {} : { reason }),
    };
  });
}

function hasSucceeded(
  effect: Effect,
  successes: readonly PaymentNotification[],
  failures: readonly PaymentNotification[],
): boolean {
  if (successes.length === 0) return false;
  if (failures.length === 0 || effect === 'void') return true;
  return effect === 'capture' && successes.some(({ isConfirmed }) => isConfirmed);
}

function sumOf(effects: readonly EffectStanding[]): number {
  return effects.reduce((sum, { amountMinor = 0 }) => sum + amountMinor, 0);
}

/** Before the notification of the authorisation itself, the released amount stands for the authorised one. */
function authorizedOf(
  authorizations: readonly PaymentNotification[],
  expiries: readonly PaymentNotification[],
  voids: readonly EffectStanding[],
): number {
  const [announced, implied] = [authorizations, [...expiries, ...voids]].map((sources) =>
    sources.flatMap(({ amountMinor }) => amountMinor ?? []),
  );
  if (announced && announced.length > 0) return Math.min(...announced);
  return implied && implied.length > 0 ? Math.min(...implied) : 0;
}

function problemOf(reference: string, relevant: readonly PaymentNotification[]): string | undefined {
  const currencies = [...new Set(relevant.map(({ currency }) => currency ?? 'none'))].sort();
  if (currencies.length > 1) {
    return `Adyen's notifications of payment ${reference} are in ${currencies.join(' and ')}. Somebody has to look at it`;
  }
  const unreadable = relevant.some(({ amountMinor }) => amountMinor === undefined);
  return unreadable
    ? `Adyen's notifications of payment ${reference} have an amount that ${currencies.join()} cannot have. ` +
        'Somebody has to look at it'
    : undefined;
}

/**
 * The result of one of our operations, of which Adyen may have made several modifications: one that succeeded, or
 * else one that failed.
 *
 * @returns undefined while no notification tells the result
 */
export function effectOf(
  { effects }: Pick<Announced, 'effects'>,
  effect: Effect,
  operation: string,
): EffectStanding | undefined {
  const own = effects.filter(
    (standing) => standing.effect === effect && standing.operations.includes(operation),
  );
  return own.find(({ succeeded }) => succeeded) ?? own[0];
}
