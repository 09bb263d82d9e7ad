import type { PaymentSnapshot, ProviderCall, ProviderOutcome } from '../payment-provider.js';
import { describeStatus, isIntentId, outcomes } from './outcomes.js';
import type { StripeClient } from './stripe-client.js';
import type { StripeIntent } from './stripe-intent.js';
import { transitionIntent } from './transition-intent.js';

type Outcome = ProviderOutcome<{ readonly payment: PaymentSnapshot }>;

/** Releases an authorisation. For a released or expired one, the outcome is `done`. */
export async function voidIntent(stripe: StripeClient, call: ProviderCall): Promise<Outcome> {
  if (!isIntentId(call.reference)) {
    return outcomes.referenceNotFound(call.reference);
  }
  return transitionIntent(stripe, call, {
    request: (key) => stripe.cancelIntent(call.reference, key),
    judge: judgeVoid,
    decisions: {},
  });
}

function judgeVoid(intent: StripeIntent): Outcome | undefined {
  switch (intent.status) {
    case 'canceled':
      return { kind: 'done', payment: intent.snapshot };
    case 'succeeded':
      return outcomes.notVoidable(intent.snapshot.reference, describeStatus(intent));
    case 'requires_payment_method':
    case 'requires_confirmation':
    case 'requires_action':
    case 'requires_capture':
    case 'processing':
      return undefined;
  }
}
