import { PaymentProviderName } from '@oms/domain';

import { PaymentNotificationKind, type ReceivedNotifications } from '../payment-notification.js';
import type { PaymentSnapshot } from '../payment-provider.js';
import type { PayPalAnswer, PayPalClient } from './paypal-client.js';
import type { ProviderFailure } from '../kit/provider-failure.js';
import type { PayPalAuthorization, PayPalCapture, PayPalRefund } from './paypal-objects.js';

/** An authorisation with its captures and their refunds. */
export interface PayPalPayment {
  readonly authorization: PayPalAuthorization;
  readonly captures: readonly PayPalCapture[];
  /** All refunds of these captures, failed ones included. */
  readonly refunds: readonly PayPalRefund[];
  readonly snapshot: PaymentSnapshot;
}

/** The dependencies of each operation. */
export interface PayPalAccess {
  readonly client: PayPalClient;
  readonly notifications: ReceivedNotifications;
}

/**
 * The result of reading a payment. `unaccounted`: PayPal reports that something was captured, but does not name the
 * capture.
 */
export type Look =
  | { readonly ok: true; readonly value: PayPalPayment }
  | {
      readonly ok: false;
      readonly failure: ProviderFailure | { readonly kind: 'unaccounted'; readonly message: string };
    };

type Found<Value> = PayPalAnswer<Value>;
interface Effects {
  readonly captures: readonly PayPalCapture[];
  readonly refunds: readonly PayPalRefund[];
}

const nothing: Effects = { captures: [], refunds: [] };

/** The statuses of authorisations without captures. */
const uncaptured: ReadonlySet<PayPalAuthorization['status']> = new Set(['CREATED', 'PENDING', 'DENIED']);

/**
 * Reads a payment, given only its reference.
 *
 * PayPal's authorisation shows that it was captured, but neither the amount nor the capture's id. PayPal lists
 * captures and refunds only in the order of the checkout. The authorisation names that order (in `supplementary_data`
 * or its link `up`). Repeating the capture with its `PayPal-Request-Id` would also show them, but would capture if
 * the first request never arrived.
 *
 * If the order is gone or does not list the captures, their ids come from received notifications. Each such object is
 * then read from PayPal, so duplicate, late or reordered notifications cannot change the result.
 */
export async function lookAtPayment(access: PayPalAccess, reference: string): Promise<Look> {
  const answer = await access.client.getAuthorization(reference);
  return answer.ok ? lookAtEffects(access, answer.value) : answer;
}

/** Reads the captures and refunds of an authorisation. See {@link lookAtPayment}. */
export async function lookAtEffects(
  { client, notifications }: PayPalAccess,
  authorization: PayPalAuthorization,
): Promise<Look> {
  const { id: reference } = authorization;
  if (uncaptured.has(authorization.status)) return found(authorization, nothing);
  const listed = await effectsInOrder(client, authorization);
  if (!listed.ok) return listed;
  if (listed.value.captures.length > 0) return found(authorization, listed.value);
  const noted = await effectsInNotifications(client, notifications, reference);
  if (!noted.ok) return noted;
  if (noted.value.captures.length > 0 || authorization.status === 'VOIDED') {
    return found(authorization, noted.value);
  }
  const message = `PayPal says that payment ${reference} was captured, but neither its order nor a webhook says by what`;
  return { ok: false, failure: { kind: 'unaccounted', message } };
}

function found(authorization: PayPalAuthorization, effects: Effects): Look {
  return { ok: true, value: paymentOf(authorization, effects) };
}

/** Combines an authorisation, its captures and their refunds. */
export function paymentOf(
  authorization: PayPalAuthorization,
  { captures, refunds }: Effects = nothing,
): PayPalPayment {
  return {
    authorization,
    captures,
    refunds,
    snapshot: {
      reference: authorization.id,
      state: stateOf(authorization, captures),
      currency: authorization.currency,
      authorizedMinor: ['PENDING', 'DENIED'].includes(authorization.status) ? 0 : authorization.amountMinor,
      capturedMinor: sum(captures.filter(isTaken)),
      refundedMinor: captures.reduce((total, capture) => total + givenBack(capture, refunds), 0),
      owner: authorization.owner,
      ...(authorization.status === 'CREATED' && authorization.expiresAt !== undefined
        ? { expiresAt: authorization.expiresAt }
        : {}),
    },
  };
}

/** Whether a capture succeeded, including one that was refunded later. */
export function isTaken({ status }: PayPalCapture): boolean {
  return status === 'COMPLETED' || status === 'PARTIALLY_REFUNDED' || status === 'REFUNDED';
}

/**
 * The refunded amount of a capture. A capture in the status `REFUNDED` is refunded in full, even if its refunds are
 * not all listed.
 */
function givenBack({ id, status, amountMinor }: PayPalCapture, refunds: readonly PayPalRefund[]): number {
  return status === 'REFUNDED'
    ? amountMinor
    : sum(refunds.filter((refund) => refund.captureId === id && refund.status === 'COMPLETED'));
}

const states = {
  CREATED: 'authorized',
  PENDING: 'processing',
  DENIED: 'not_authorized',
  VOIDED: 'voided',
  // All captures failed, so nothing is held any more.
  CAPTURED: 'voided',
  PARTIALLY_CAPTURED: 'voided',
} as const satisfies Record<PayPalAuthorization['status'], PaymentSnapshot['state']>;

function stateOf(
  { status }: PayPalAuthorization,
  captures: readonly PayPalCapture[],
): PaymentSnapshot['state'] {
  if (captures.some(isTaken)) return 'captured';
  return captures.some((capture) => capture.status === 'PENDING') ? 'processing' : states[status];
}

export function sum(amounts: readonly { readonly amountMinor: number }[]): number {
  return amounts.reduce((total, { amountMinor }) => total + amountMinor, 0);
}

async function effectsInOrder(
  client: PayPalClient,
  { id, orderId }: PayPalAuthorization,
): Promise<Found<Effects>> {
  if (orderId === undefined) return { ok: true, value: nothing };
  const order = await client.getOrder(orderId);
  if (!order.ok) return order.failure.kind === 'not_found' ? { ok: true, value: nothing } : order;
  const { authorizationIds } = order.value;
  const captures = order.value.captures.filter(
    ({ authorizationId }) =>
      authorizationId === id || (authorizationId === undefined && authorizationIds.join() === id),
  );
  return { ok: true, value: { captures, refunds: refundsOf(captures, order.value.refunds) } };
}

async function effectsInNotifications(
  client: PayPalClient,
  notifications: ReceivedNotifications,
  reference: string,
): Promise<Found<Effects>> {
  const received = await notifications.about(PaymentProviderName.PayPal, reference);
  const named = (...kinds: readonly PaymentNotificationKind[]): readonly string[] => [
    ...new Set(
      received.flatMap(({ kind, objectId }) => (kinds.includes(kind) && objectId ? [objectId] : [])),
    ),
  ];
  const { Captured, CaptureFailed, Refunded, RefundFailed } = PaymentNotificationKind;
  const captures = await all(named(Captured, CaptureFailed), (id) => client.getCapture(id));
  if (!captures.ok) return captures;
  const own = captures.value.filter(({ authorizationId }) => authorizationId === reference);
  const refunds = await all(named(Refunded, RefundFailed), (id) => client.getRefund(id));
  return refunds.ok
    ? { ok: true, value: { captures: own, refunds: refundsOf(own, refunds.value) } }
    : refunds;
}

function refundsOf(
  captures: readonly PayPalCapture[],
  refunds: readonly PayPalRefund[],
): readonly PayPalRefund[] {
  return refunds.filter(({ captureId }) => captures.some(({ id }) => id === captureId));
}

/** Reads several objects. Omits those that PayPal does not know. */
async function all<Value>(
  ids: readonly string[],
  get: (id: string) => Promise<PayPalAnswer<Value>>,
): Promise<Found<readonly Value[]>> {
  const values: Value[] = [];
  for (const id of ids) {
    const answer = await get(id);
    if (answer.ok) values.push(answer.value);
    else if (answer.failure.kind !== 'not_found') return answer;
  }
  return { ok: true, value: values };
}
