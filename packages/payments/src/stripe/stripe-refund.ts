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
 * The refund's metadata key under which the idempotency key of its operation is kept, always the first one, so that
 * an operation finds its own earlier effect whichever key brought it about, and after Stripe has forgotten the keys.
 */
export const operationMetadataKey = 'oms_operation';

/** A refund as this adapter needs it. */
export interface StripeRefund {
  readonly id: string;
  readonly amountMinor: number;
  /** Refunds of some payment methods are under way for days; until they fail they count as given back. */
  readonly failed: boolean;
  readonly failureReason?: string;
  /** The idempotency key of the operation that made it. Absent where something else did, such as the dashboard. */
  readonly operation?: string;
}

/** Reads a refund. Undefined for an object that this adapter does not understand. */
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
