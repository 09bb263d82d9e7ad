/**
 * The types of events that this adapter reads. Subscribe the endpoint at Stripe to them. All others are answered 200
 * and ignored. Every checkout sends `payment_intent.amount_capturable_updated`, usually before its order is placed. It tells
 * of a checkout that was finished after its order was refused.
 *
 * @see https://docs.stripe.com/api/events/types
 */
export const stripeEventTypes = [
  'payment_intent.amount_capturable_updated',
  'payment_intent.succeeded',
  'payment_intent.canceled',
  'payment_intent.payment_failed',
  'charge.refunded',
  'charge.refund.updated',
  'refund.failed',
  'charge.dispute.created',
  'charge.dispute.funds_withdrawn',
  'charge.dispute.funds_reinstated',
  'charge.dispute.closed',
] as const;
export type StripeEventType = (typeof stripeEventTypes)[number];
