import { chargeOperations } from './charge-operations.js';
import { eventOperations } from './event-operations.js';
import type { StripeOperation } from './operation.js';
import { paymentIntentOperations } from './payment-intent-operations.js';
import { refundOperations } from './refund-operations.js';
import { updateIntent } from './update-intent.js';

/** Everything of Stripe's API that is simulated. */
export const stripeOperations: readonly StripeOperation[] = [
  ...paymentIntentOperations,
  updateIntent,
  ...refundOperations,
  ...chargeOperations,
  ...eventOperations,
];
