/**
 * The types of events that this adapter reads. Subscribe the endpoint at Stripe to them. All others are answered 200
 * and ignored, including `payment_intent.amount_capturable_updated`: every checkout sends one before its order is
 * placed, and the rare order that waits for it asks Stripe again within a minute.
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
