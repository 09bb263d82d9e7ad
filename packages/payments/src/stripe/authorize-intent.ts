import { CancellationReason } from '@oms/domain';

import type {
  AuthorizeCall,
  Declined,
  MoneyCall,
  PaymentSnapshot,
  ProviderOutcome,
} from '../payment-provider.js';
import {
  declined,
  describeStatus,
  isIntentId,
  notCapturable,
  readFailed,
  referenceNotFound,
  transient,
} from './outcomes.js';
import { describeUnrepresentable, formatMoney, toStripeAmount } from './stripe-amounts.js';
import type { StripeClient } from './stripe-client.js';
import type { StripeIntent } from './stripe-intent.js';

/** Checks that the authorisation which the checkout made can pay for the order. Reads only. */
export async function authorizeIntent(
  stripe: StripeClient,
  call: AuthorizeCall,
): Promise<ProviderOutcome<{ readonly payment: PaymentSnapshot }>> {
  if (!isIntentId(call.reference)) {
    return referenceNotFound(call.reference);
  }
  const answer = await stripe.retrieveIntent(call.reference);
  if (!answer.ok) {
    return answer.failure.kind === 'not_found'
      ? referenceNotFound(call.reference)
      : readFailed(answer.failure);
  }
  const intent = answer.value;
  if (!call.mayPay(intent.owner)) return referenceNotFound(call.reference);
  if (intent.status === 'processing') {
    return transient(`Payment ${call.reference} is not authorised yet: ${describeStatus(intent)}`);
  }
  if (intent.status !== 'requires_capture') {
    return notCapturable(intent);
  }
  return refuseMoney(intent, call) ?? { kind: 'done', payment: intent.snapshot };
}

/**
 * Checks that what a capturable payment holds suffices. `capture_method` is not looked at: it may be `automatic`
 * with manual capture for the one payment method that was used, and `requires_capture` says that it was manual.
 */
export function refuseMoney(
  intent: StripeIntent,
  call: Pick<MoneyCall, 'amountMinor' | 'currency'>,
): Declined | undefined {
  const { currency, reference } = intent.snapshot;
  const { amountMinor } = call;
  if (currency !== call.currency) {
    return declined(
      CancellationReason.PaymentCurrencyMismatch,
      `Payment ${reference} is in ${currency}, the order in ${call.currency}`,
    );
  }
  if (toStripeAmount(amountMinor, currency) === undefined) {
    return declined(CancellationReason.PaymentNotCapturable, describeUnrepresentable(amountMinor, currency));
  }
  if (intent.capturableMinor < amountMinor) {
    const held = formatMoney(intent.capturableMinor, currency);
    return declined(
      CancellationReason.PaymentAmountTooSmall,
      `Payment ${reference} is authorised for ${held}, the order's total is ${formatMoney(amountMinor, currency)}`,
    );
  }
  return undefined;
}
