import { transient } from '../kit/outcome.js';
import { readFailed } from '../kit/provider-failure.js';
import type {
  AuthorizeCall,
  Declined,
  MoneyCall,
  PaymentSnapshot,
  ProviderOutcome,
} from '../payment-provider.js';
import { describeStatus, isAuthorizationId, outcomes } from './outcomes.js';
import { lookAtEffects, type PayPalAccess, type PayPalPayment } from './paypal-payment.js';

/** Checks that the checkout's payment, authorised or captured, can pay for the order. Reads only. */
export async function authorizePayment(
  access: PayPalAccess,
  call: AuthorizeCall,
): Promise<ProviderOutcome<{ readonly payment: PaymentSnapshot }>> {
  if (!isAuthorizationId(call.reference)) return outcomes.referenceNotFound(call.reference);
  const answer = await access.client.getAuthorization(call.reference);
  if (!answer.ok) {
    return answer.failure.kind === 'not_found'
      ? outcomes.referenceNotFound(call.reference)
      : readFailed(answer.failure);
  }
  if (!call.mayPay(answer.value.owner)) return outcomes.referenceNotFound(call.reference);
  const look = await lookAtEffects(access, answer.value);
  if (!look.ok) return readFailed(look.failure);
  const payment = look.value;
  if (payment.snapshot.state === 'processing') {
    return transient(`Payment ${call.reference} is not authorised yet: ${describeStatus(payment)}`);
  }
  if (payment.snapshot.state === 'captured') return outcomes.judgeCaptured(payment.snapshot, call);
  if (payment.snapshot.state !== 'authorized')
    return outcomes.notCapturable(call.reference, describeStatus(payment));
  return refuseMoney(payment, call) ?? { kind: 'done', payment: payment.snapshot };
}

/**
 * Checks that a capturable payment holds enough. This adapter must limit captures to the authorised amount, because
 * PayPal would allow 115 % of it.
 */
export function refuseMoney(
  { authorization: { id, ...held } }: PayPalPayment,
  call: Pick<MoneyCall, 'amountMinor' | 'currency'>,
): Declined | undefined {
  return outcomes.refuseMoney(id, held, call);
}
