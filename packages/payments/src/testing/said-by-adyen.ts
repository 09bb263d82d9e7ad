import { PaymentNotificationKind, type PaymentNotification } from '../payment-notification.js';

/** The payment that Adyen speaks of. */
export const spokenOf = 'PSPPAYMENT000001';

const codes: Readonly<Partial<Record<PaymentNotificationKind, string>>> = {
  authorized: 'AUTHORISATION:true',
  authorization_failed: 'AUTHORISATION:false',
  authorization_expired: 'EXPIRE:true',
  captured: 'CAPTURE:true',
  capture_failed: 'CAPTURE_FAILED:true',
  voided: 'CANCELLATION:true',
  void_failed: 'CANCELLATION:false',
  refunded: 'REFUND:true',
  refund_failed: 'REFUND_FAILED:true',
};

/** One notification as the reader of webhooks makes it; of 245.00 USD unless said otherwise. */
export function said(
  kind: PaymentNotificationKind,
  change: Partial<PaymentNotification> = {},
): PaymentNotification {
  const ofPayment =
    kind === PaymentNotificationKind.Authorized ||
    kind === PaymentNotificationKind.AuthorizationFailed ||
    kind === PaymentNotificationKind.AuthorizationExpired;
  const { objectId = `PSP-${kind.split('_')[0]?.slice(0, 6)}` } = change;
  return {
    provider: 'adyen',
    eventId: `${ofPayment ? spokenOf : objectId}:${codes[kind] ?? kind}`,
    kind,
    reference: spokenOf,
    ...(ofPayment ? { owner: { kind: 'unnamed' } } : { objectId, operationKey: 'order-1:op:1' }),
    amountMinor: 24_500,
    currency: 'USD',
    occurredAt: '2026-11-21T09:00:00.000Z',
    ...change,
  };
}
