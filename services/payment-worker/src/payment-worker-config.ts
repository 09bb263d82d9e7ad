import { workerConfig } from '@oms/worker';
import { z } from 'zod';

export const paymentWorkerConfig = z.object({
  ...workerConfig.shape,
  STRIPE_API_KEY: z.string().regex(/^(sk|rk)_/, "must be a secret or restricted key ('sk_…' or 'rk_…')"),
  /** Where Stripe's API is; only for the payment simulator. */
  STRIPE_API_BASE_URL: z.url('must be a URL, such as http://127.0.0.1:12111').optional(),
  /** How long a call to a provider may take before its outcome counts as unknown. */
  PAYMENT_TIMEOUT_MS: z.coerce.number().int().min(100).max(25_000).default(10_000),
});
