import { transient } from '../kit/outcome.js';
import { readFailed } from '../kit/provider-failure.js';
import type {
  AuthorizeCall,
  Declined,
  MoneyCall,
  PaymentSnapshot,
  ProviderOutcome,
} from '../payment-provider.js';
import { describeStatus, isIntentId, outcomes } from './outcomes.js';
import type { StripeClient } from './stripe-client.js';
import type { StripeIntent } from './stripe-intent.js';

/** Checks that the checkout's payment, authorised or captured, can pay for the order. Reads only. */
export async function authorizeIntent(
  stripe: StripeClient,
  call: AuthorizeCall,
): Promise<ProviderOutcome<{ readonly payment: PaymentSnapshot }>> {
  if (!isIntentId(call.reference)) {
    return outcomes.referenceNotFound(call.reference);
  }
  const answer = await stripe.retrieveIntent(call.reference);
  if (!answer.ok) {
    return answer.failure.kind === 'not_found'
      ? outcomes.referenceNotFound(call.reference)
      : readFailed(answer.failure);
  }
  const intent = answer.value;
  if (!call.mayPay(intent.owner)) return outcomes.referenceNotFound(call.reference);
  if (intent.status === 'processing') {
    return transient(`Payment ${call.reference} is not authorised yet: ${describeStatus(intent)}`);
  }
  if (intent.status === 'succeeded') return outcomes.judgeCaptured(intent.snapshot, call);
  if (intent.status !== 'requires_capture') {
    return outcomes.notCapturable(call.reference, describeStatus(intent));
  }
  return refuseMoney(intent, call) ?? { kind: 'done', payment: intent.snapshot };
}

/**
 * Checks that a capturable payment holds enough. Ignores `capture_method`: it may be `automatic` while the payment
 * method in use is captured manually, which `requires_capture` shows.
 */
export function refuseMoney(
  { snapshot: { reference, currency }, capturableMinor: amountMinor }: StripeIntent,
  call: Pick<MoneyCall, 'amountMinor' | 'currency'>,
): Declined | undefined {
  return outcomes.refuseMoney(reference, { amountMinor, currency }, call);
}
