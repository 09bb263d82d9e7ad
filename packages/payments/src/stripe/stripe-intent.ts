import type { PaymentOwner } from '@oms/domain';
import { z } from 'zod';

import { ownerOfFields } from '../payment-owner.js';
import type { PaymentSnapshot } from '../payment-provider.js';
import { stripeMoney } from './stripe-amounts.js';

const stripeAmount = z.int().nonnegative();

const chargeSchema = z.object({
  amount: stripeAmount,
  amount_captured: stripeAmount,
  amount_refunded: stripeAmount,
  payment_method_details: z
    .object({ card: z.object({ capture_before: z.number().optional() }).nullish() })
    .nullish(),
});

/** Reads the owner from a PaymentIntent's metadata. Checkouts may store anything else there. */
export const ownerInMetadata = z
  .object({ tenant_id: z.string().optional(), org_id: z.string().optional() })
  .nullish()
  .transform((metadata) => ownerOfFields(metadata?.tenant_id, metadata?.org_id));

const intentSchema = z.object({
  object: z.literal('payment_intent'),
  id: z.string(),
  status: z.enum([
    'requires_payment_method',
    'requires_confirmation',
    'requires_action',
    'processing',
    'requires_capture',
    'succeeded',
    'canceled',
  ]),
  amount: stripeAmount,
  amount_capturable: stripeAmount,
  amount_received: stripeAmount,
  currency: z.string().length(3),
  // Requested in expanded form. Absent before the customer's first attempt to pay.
  latest_charge: chargeSchema.nullish(),
  metadata: ownerInMetadata,
});

/** The objects that a request must expand, so that {@link readIntent} can parse the answer. */
export const intentExpansion: readonly string[] = ['latest_charge'];

/** The parts of a PaymentIntent that this adapter needs. */
export interface StripeIntent {
  readonly status: z.infer<typeof intentSchema>['status'];
  readonly snapshot: PaymentSnapshot;
  readonly owner: PaymentOwner;
  /** The amount that may be captured now, in ISO 4217 minor units. */
  readonly capturableMinor: number;
}

const states = {
  requires_payment_method: 'not_authorized',
  requires_confirmation: 'not_authorized',
  requires_action: 'not_authorized',
  processing: 'processing',
  requires_capture: 'authorized',
  succeeded: 'captured',
  canceled: 'voided',
} as const satisfies Record<StripeIntent['status'], PaymentSnapshot['state']>;

/**
 * Parses a PaymentIntent with its latest charge expanded.
 *
 * @returns undefined for an object that this adapter cannot parse: an unknown status, a missing field, or an amount
 *   that the currency cannot have
 */
export function readIntent(raw: unknown): StripeIntent | undefined {
  const parsed = intentSchema.safeParse(raw);
  if (!parsed.success) {
    return undefined;
  }
  const { data: intent } = parsed;
  const owner = intent.metadata;
  const currency = intent.currency.toUpperCase();
  const capturableMinor = stripeMoney.fromProvider(intent.amount_capturable, currency);
  const authorizedMinor = stripeMoney.fromProvider(authorizedAmount(intent), currency);
  const capturedMinor = stripeMoney.fromProvider(intent.amount_received, currency);
  const refundedMinor = stripeMoney.fromProvider(refundedAmount(intent), currency);
  if (
    capturableMinor === undefined ||
    authorizedMinor === undefined ||
    capturedMinor === undefined ||
    refundedMinor === undefined
  ) {
    return undefined;
  }
  const captureBefore = intent.latest_charge?.payment_method_details?.card?.capture_before;
  const expires =
    intent.status === 'requires_capture' && captureBefore !== undefined
      ? { expiresAt: new Date(captureBefore * 1_000).toISOString() }
      : {};
  return {
    status: intent.status,
    capturableMinor,
    owner,
    snapshot: {
      reference: intent.id,
      state: states[intent.status],
      currency,
      authorizedMinor,
      capturedMinor,
      refundedMinor,
      owner,
      ...expires,
    },
  };
}

type RawIntent = z.infer<typeof intentSchema>;

function authorizedAmount(intent: RawIntent): number {
  switch (states[intent.status]) {
    case 'authorized':
      return intent.amount_capturable;
    case 'captured':
      return intent.latest_charge?.amount ?? intent.amount;
    case 'voided':
      return intent.latest_charge?.amount ?? 0;
    case 'not_authorized':
    case 'processing':
      return 0;
  }
}

/**
 * The refunded amount. Stripe also counts the part of an authorisation that was never captured as refunded: after a
 * capture of 300 of 375, the charge's `amount_refunded` is 75; after a cancellation, it is the whole amount.
 */
function refundedAmount({ latest_charge: charge }: RawIntent): number {
  return charge ? Math.max(0, charge.amount_refunded - (charge.amount - charge.amount_captured)) : 0;
}
