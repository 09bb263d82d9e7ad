import { PaymentProviderName } from '@oms/domain';
import { z } from 'zod';

import { PaymentNotificationKind, type PaymentNotification } from '../payment-notification.js';
import { ownerOfText } from '../payment-owner.js';
import { adyenMoney } from './adyen-amounts.js';

/** References have no colon, so that the signed text can be read in one way only. */
const reference = z.string().regex(/^[^:\s]+$/);

/**
 * A webhook's item. Signed are `amount`, `eventCode`, `merchantAccountCode`, `merchantReference`, `originalReference`,
 * `pspReference` and `success`; they alone decide anything. `reason` and `eventDate` are not: they are shown, tell when
 * to warn that an authorisation lapses, and let an operator know of a second capture. `additionalData` is not read.
 *
 * @see https://docs.adyen.com/development-resources/webhooks/webhook-types
 */
export const notificationItem = z.object({
  amount: z
    .object({ currency: z.string().regex(/^[A-Z]{0,3}$/), value: z.int() })
    .default({ currency: '', value: 0 }),
  eventCode: z.string().regex(/^[A-Z0-9_]+$/),
  eventDate: z.iso.datetime({ offset: true }),
  merchantAccountCode: z.string().min(1),
  merchantReference: z.string().default(''),
  originalReference: z
    .union([reference, z.literal('')])
    .nullish()
    .transform((text) => text ?? ''),
  pspReference: reference,
  reason: z.string().nullish(),
  success: z.enum(['true', 'false']),
});
export type NotificationItem = z.infer<typeof notificationItem>;

interface Meaning {
  readonly succeeded: PaymentNotificationKind;
  /** The kind of a failure. Equal to `succeeded` where `success` makes no difference. Undefined: concerns nobody. */
  readonly failed: PaymentNotificationKind | undefined;
  /** A second thing that the item says. */
  readonly also?: PaymentNotificationKind;
}

const { Captured, CaptureFailed, Voided, VoidFailed, Refunded, RefundFailed, Reversed } =
  PaymentNotificationKind;
const { DisputeOpened, DisputeWithdrawn, DisputeReinstated, DisputeWon, DisputeLost } =
  PaymentNotificationKind;

/** An event of a dispute, whatever its `success`. */
const ofDispute = (kind: PaymentNotificationKind, also?: PaymentNotificationKind): Meaning => ({
  ...{ succeeded: kind, failed: kind },
  ...(also ? { also } : {}),
});

/**
 * The meaning of each event code. Other events (reports, reviews, fraud notices, …) concern no order.
 *
 * `success` of `CAPTURE` and its like tells whether the request succeeded. `CAPTURE_FAILED` and its like arrive days
 * later and revoke an earlier success: `true` there confirms the failure.
 *
 * @see https://docs.adyen.com/development-resources/webhooks/webhook-types
 */
const meanings: Readonly<Record<string, Meaning>> = {
  AUTHORISATION: {
    succeeded: PaymentNotificationKind.Authorized,
    failed: PaymentNotificationKind.AuthorizationFailed,
  },
  CAPTURE: { succeeded: Captured, failed: CaptureFailed },
  CAPTURE_FAILED: { succeeded: CaptureFailed, failed: CaptureFailed },
  CANCELLATION: { succeeded: Voided, failed: VoidFailed },
  TECHNICAL_CANCEL: { succeeded: Voided, failed: VoidFailed },
  REFUND: { succeeded: Refunded, failed: RefundFailed },
  REFUND_FAILED: { succeeded: RefundFailed, failed: RefundFailed },
  REFUNDED_REVERSED: { succeeded: RefundFailed, failed: RefundFailed },
  // A reversal is a cancellation or a refund. The item tells which, unsigned; an earlier capture tells it, too.
  CANCEL_OR_REFUND: { succeeded: Reversed, failed: undefined },
  EXPIRE: {
    succeeded: PaymentNotificationKind.AuthorizationExpired,
    failed: PaymentNotificationKind.AuthorizationExpired,
  },
  REQUEST_FOR_INFORMATION: ofDispute(DisputeOpened),
  NOTIFICATION_OF_CHARGEBACK: ofDispute(DisputeOpened),
  CHARGEBACK: ofDispute(DisputeWithdrawn),
  CHARGEBACK_REVERSED: ofDispute(DisputeReinstated),
  SECOND_CHARGEBACK: ofDispute(DisputeWithdrawn, DisputeLost),
  ISSUER_RESPONSE_TIMEFRAME_EXPIRED: ofDispute(DisputeWon),
};

/** The event codes that are understood, for which a webhook at Adyen has to be configured. */
export const adyenEventCodes: readonly string[] = Object.keys(meanings);

/** The payment's own events. All others concern a modification of it. */
const ownEvents: ReadonlySet<string> = new Set(['AUTHORISATION', 'EXPIRE']);

/** Marks the notification of a failed capture that succeeded later, by its unsigned reason. */
export const recapturedMark = 'Transaction Recaptured';

/**
 * Translates an item into notifications of this system.
 *
 * An amount with a fraction of a minor unit is left out. Refusing the notification would not repair the amount, and
 * Adyen would stop all later deliveries.
 *
 * @returns nothing for an event that concerns no order
 */
export function readNotifications(item: NotificationItem): readonly PaymentNotification[] {
  const { eventCode, pspReference, originalReference, amount, success } = item;
  const meaning = meanings[eventCode];
  const kind = success === 'true' ? meaning?.succeeded : meaning?.failed;
  if (!kind) return [];
  const recaptured = kind === Captured && isRecapture(item.reason);
  const own = ownEvents.has(eventCode);
  const amountMinor =
    amount.currency === '' ? undefined : adyenMoney.fromProvider(amount.value, amount.currency);
  const reason = recaptured ? recapturedMark : item.reason;
  const first: PaymentNotification = {
    provider: PaymentProviderName.Adyen,
    // "Duplicate webhooks have the same eventCode and pspReference". Another `success` makes it another fact.
    eventId: `${pspReference}:${eventCode}:${success}${recaptured ? ':recaptured' : ''}`,
    kind,
    reference: originalReference === '' ? pspReference : originalReference,
    // Signed, unlike the metadata. A modification has the reference of the system that requested it.
    ...(own
      ? { owner: ownerOfText(item.merchantReference) }
      : { objectId: pspReference, operationKey: item.merchantReference }),
    ...(amountMinor === undefined ? {} : { amountMinor }),
    ...(amount.currency === '' ? {} : { currency: amount.currency }),
    ...(reason ? { reason } : {}),
    occurredAt: new Date(item.eventDate).toISOString(),
  };
  const also = meaning?.also;
  return also ? [first, { ...first, eventId: `${first.eventId}:${also}`, kind: also }] : [first];
}

/** @see https://docs.adyen.com/online-payments/capture/failure-reasons */
function isRecapture(reason: string | null | undefined): boolean {
  return /\bTransaction (Auto-)?recaptured\b/i.test(reason ?? '');
}
