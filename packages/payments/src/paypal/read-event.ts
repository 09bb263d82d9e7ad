import { PaymentProviderName } from '@oms/domain';
import { z } from 'zod';

import { PaymentNotificationKind, type PaymentNotification } from '../payment-notification.js';
import { idempotencyKeyOf } from './operation-id.js';
import { fromPayPalValue } from './paypal-amounts.js';
import { readAuthorization, readCapture, readRefund, type PayPalAuthorization } from './paypal-objects.js';

const eventSchema = z.object({
  id: z.string().min(1),
  event_type: z.string(),
  create_time: z.iso.datetime({ offset: true }),
  resource: z.unknown(),
});

const disputeSchema = z.object({
  dispute_id: z.string(),
  reason: z.string().optional(),
  dispute_amount: z.object({ currency_code: z.string(), value: z.string() }).optional(),
  dispute_outcome: z.object({ outcome_code: z.string() }).optional(),
  // Bounded, because each causes a request to PayPal.
  disputed_transactions: z.array(z.object({ seller_transaction_id: z.string() })).max(20),
});

type Notification = Omit<PaymentNotification, 'provider' | 'eventId' | 'occurredAt'>;

/** The content of an event. An event that names only a capture needs a request for the authorisation. */
export type SaidOfPayment =
  | { readonly reference: string; readonly said: Omit<Notification, 'reference'> }
  | { readonly captureId: string; readonly said: Omit<Notification, 'reference'> };

export interface PayPalEvent {
  readonly id: string;
  readonly occurredAt: string;
  /** Empty for an event that does not concern this system. */
  readonly says: readonly SaidOfPayment[];
}

/** Reads a webhook's body. Undefined for a body that is not an event. */
export function readEvent(body: Buffer): PayPalEvent | undefined {
  const { data } = eventSchema.safeParse(parseJson(body));
  if (!data) return undefined;
  const read = readers[data.event_type];
  const occurredAt = new Date(data.create_time).toISOString();
  return { id: data.id, occurredAt, says: read?.(data.resource, occurredAt) ?? [] };
}

/** Makes the notification of an event and one of the payments that it concerns. */
export function notificationOf(
  { id, occurredAt, says }: PayPalEvent,
  { said }: SaidOfPayment,
  reference: string,
): PaymentNotification {
  // An event is about one payment, except for a dispute about several.
  const eventId = says.length === 1 ? id : `${id}:${reference}`;
  return { provider: PaymentProviderName.PayPal, eventId, occurredAt, reference, ...said };
}

type Reader = (resource: unknown, occurredAt: string) => readonly SaidOfPayment[];
const { Authorized, AuthorizationExpired, AuthorizationFailed, Voided } = PaymentNotificationKind;
const { Captured, CaptureFailed, Refunded, RefundFailed } = PaymentNotificationKind;
const { DisputeOpened, DisputeWon, DisputeLost } = PaymentNotificationKind;

/** The kinds of notification for a new authorisation, by its status. An authorisation under review gives none. */
const kindsOfCreated: Readonly<Partial<Record<PayPalAuthorization['status'], PaymentNotificationKind>>> = {
  CREATED: Authorized,
  DENIED: AuthorizationFailed,
};

/**
 * The readers of events, by PayPal's names of the events. A PENDING capture is omitted: its caller has the answer
 * already, and another event follows with the result.
 *
 * @see https://developer.paypal.com/api/rest/webhooks/event-names/
 */
export const readers: Readonly<Record<string, Reader>> = {
  'PAYMENT.AUTHORIZATION.CREATED': (resource) => {
    const authorization = readAuthorization(camelize(resource));
    const kind = authorization && kindsOfCreated[authorization.status];
    return authorization && kind ? [ofAuthorization(authorization, kind)] : [];
  },
  'PAYMENT.AUTHORIZATION.VOIDED': (resource, occurredAt) => {
    const authorization = readAuthorization(camelize(resource));
    if (!authorization) return [];
    const { expiresAt } = authorization;
    const lapsed = expiresAt !== undefined && Date.parse(expiresAt) <= Date.parse(occurredAt);
    return [ofAuthorization(authorization, lapsed ? AuthorizationExpired : Voided)];
  },
  'PAYMENT.CAPTURE.COMPLETED': (resource) => ofCapture(resource, Captured),
  'PAYMENT.CAPTURE.DENIED': (resource) => ofCapture(resource, CaptureFailed),
  'PAYMENT.CAPTURE.DECLINED': (resource) => ofCapture(resource, CaptureFailed),
  'PAYMENT.CAPTURE.REFUNDED': (resource) => ofRefund(resource, { kind: Refunded }),
  'PAYMENT.CAPTURE.REVERSED': (resource) =>
    ofRefund(resource, { kind: Refunded, reason: 'PayPal has reversed the capture' }),
  'PAYMENT.REFUND.FAILED': (resource) => ofRefund(resource, { kind: RefundFailed }),
  'CUSTOMER.DISPUTE.CREATED': (resource) => ofDispute(resource, () => DisputeOpened),
  'CUSTOMER.DISPUTE.RESOLVED': (resource) =>
    ofDispute(resource, (outcome) => (lostOutcomes.has(outcome ?? '') ? DisputeLost : DisputeWon)),
};

/**
 * The outcomes by which the customer gets the merchant's money. It goes back as a refund, with an event of its own: the
 * dispute itself moves none. By `RESOLVED_WITH_PAYOUT` PayPal pays.
 *
 * @see https://developer.paypal.com/docs/api/customer-disputes/v1/#definition-dispute_outcome
 */
const lostOutcomes: ReadonlySet<string> = new Set(['RESOLVED_BUYER_FAVOUR', 'ACCEPTED']);

function ofAuthorization(
  { id, amountMinor, currency, owner }: PayPalAuthorization,
  kind: PaymentNotificationKind,
): SaidOfPayment {
  return { reference: id, said: { kind, amountMinor, currency, owner } };
}

function ofCapture(resource: unknown, kind: PaymentNotificationKind): readonly SaidOfPayment[] {
  const capture = readCapture(camelize(resource));
  // This system captures only from authorisations, so a capture without one belongs to another system.
  if (capture?.authorizationId === undefined) return [];
  const { id, amountMinor, currency, reason, operation, authorizationId } = capture;
  const said = { kind, objectId: id, amountMinor, currency, ...keyOf(operation) };
  const why = kind === CaptureFailed && reason !== undefined ? { reason } : {};
  return [{ reference: authorizationId, said: { ...said, ...why } }];
}

function ofRefund(
  resource: unknown,
  meaning: Pick<Notification, 'kind' | 'reason'>,
): readonly SaidOfPayment[] {
  const refund = readRefund(camelize(resource));
  if (refund?.captureId === undefined) return [];
  const { id, amountMinor, currency, operation, captureId } = refund;
  return [{ captureId, said: { ...meaning, objectId: id, amountMinor, currency, ...keyOf(operation) } }];
}

function ofDispute(
  resource: unknown,
  kindOf: (outcome: string | undefined) => PaymentNotificationKind,
): readonly SaidOfPayment[] {
  const { data: dispute } = disputeSchema.safeParse(resource);
  if (!dispute) return [];
  const {
    dispute_id: objectId,
    reason,
    dispute_amount: amount,
    dispute_outcome: outcome,
    disputed_transactions: transactions,
  } = dispute;
  const amountMinor = amount && fromPayPalValue(amount.value, amount.currency_code);
  const money = amount && amountMinor !== undefined ? { amountMinor, currency: amount.currency_code } : {};
  const kind = kindOf(outcome?.outcome_code);
  const said = { kind, objectId, ...money, ...(reason === undefined ? {} : { reason }) };
  return transactions.map(({ seller_transaction_id: captureId }) => ({ captureId, said }));
}

function keyOf(operation: string | undefined): { readonly operationKey?: string } {
  const operationKey = operation === undefined ? undefined : idempotencyKeyOf(operation);
  return operationKey === undefined ? {} : { operationKey };
}

/** Converts PayPal's names to the SDK's camel case, so that the same schemas read both. */
function camelize(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(camelize);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [
      name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()),
      camelize(item),
    ]),
  );
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
