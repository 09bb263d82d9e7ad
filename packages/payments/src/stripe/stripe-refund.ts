import { z } from 'zod';

import { stripeMoney } from './stripe-amounts.js';

const refundSchema = z.object({
  object: z.literal('refund'),
  id: z.string(),
  amount: z.int().nonnegative(),
  currency: z.string().length(3),
  status: z.enum(['pending', 'requires_action', 'succeeded', 'failed', 'canceled']).nullable(),
  failure_reason: z.string().nullish(),
  metadata: z.record(z.string(), z.string()).nullish(),
});

/**
 * The name in a refund's metadata for the operation's idempotency key, always the first of its sequence. By it, an
 * operation finds its own earlier effect under any key of the sequence, also after Stripe has forgotten the keys.
 */
export const operationMetadataKey = 'oms_operation';

/** The parts of a refund that this adapter needs. */
export interface StripeRefund {
  readonly id: string;
  readonly amountMinor: number;
  /**
   * Whether the refund has failed. Refunds of some payment methods are pending for days, and count as made until they
   * fail.
   */
  readonly failed: boolean;
  readonly failureReason?: string;
  /**
   * The idempotency key of the operation that made the refund. Absent for a refund from another source, such as the
   * dashboard.
   */
  readonly operation?: string;
}

/** Parses a refund. Undefined for an object that this adapter cannot parse. */
export function readRefund(raw: unknown): StripeRefund | undefined {
  const parsed = refundSchema.safeParse(raw);
  if (!parsed.success) {
    return undefined;
  }
  const { data: refund } = parsed;
  const amountMinor = stripeMoney.fromProvider(refund.amount, refund.currency.toUpperCase());
  if (amountMinor === undefined) {
    return undefined;
  }
  const operation = refund.metadata?.[operationMetadataKey];
  return {
    id: refund.id,
    amountMinor,
    failed: refund.status === 'failed' || refund.status === 'canceled',
    ...(refund.failure_reason ? { failureReason: refund.failure_reason } : {}),
    ...(operation === undefined ? {} : { operation }),
  };
}
