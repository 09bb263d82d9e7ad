/**
 * The events of Stripe that are understood: what an endpoint at Stripe is to be entered for. The rest is answered 200 and
 * forgotten, `payment_intent.amount_capturable_updated` among it: every checkout sends one, before its order is placed, and
 * the rare order that waits for it asks again within a minute.
 *
 * @see https://docs.stripe.com/api/events/types
 */
export const stripeEventTypes = [
  'payment_intent.succeeded',
  'payment_intent.canceled',
  'payment_intent.payment_failed',
  'charge.refunded',
  'charge.refund.updated',
  'refund.failed',
  'charge.dispute.created',
] as const;
export type StripeEventType = (typeof stripeEventTypes)[number];
