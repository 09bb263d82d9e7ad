import {
  adyenConfig,
  adyenRules,
  isGiven,
  paypalConfig,
  paypalRules,
  stripeConfig,
  variableRules,
  wholeNumber,
} from '@oms/config';
import { workerConfig } from '@oms/worker';
import { z } from 'zod';

const variables = z.object({
  ...workerConfig.shape,
  ...stripeConfig.shape,
  ...adyenConfig.shape,
  ...paypalConfig.shape,
  /** How long a call to a provider may take before its outcome counts as unknown. */
  PAYMENT_TIMEOUT_MS: wholeNumber({ min: 100, max: 25_000 }).default(10_000),
});

const keys = ['STRIPE_API_KEY', 'ADYEN_API_KEY', 'PAYPAL_CLIENT_ID'] as const;

/**
 * What the payment worker reads from its environment: one provider at least, and each of them whole. Both halves are
 * looked at, so that all faults are named at once.
 */
export const paymentWorkerConfig = z.intersection(
  variables,
  variableRules([
    ...adyenRules,
    ...paypalRules,
    [
      'STRIPE_API_KEY',
      'is required, or ADYEN_API_KEY, or PAYPAL_CLIENT_ID',
      (given) => keys.some((key) => isGiven(given[key])),
    ],
  ]),
);
export type PaymentWorkerConfig = z.infer<typeof paymentWorkerConfig>;
