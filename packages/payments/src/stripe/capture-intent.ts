import { CancellationReason } from '@oms/domain';

import { unknown } from '../kit/outcome.js';
import type { MoneyCall, PaymentSnapshot, ProviderOutcome } from '../payment-provider.js';
import { refuseMoney } from './authorize-intent.js';
import { describeStatus, isIntentId, outcomes } from './outcomes.js';
import { stripeMoney } from './stripe-amounts.js';
import type { StripeClient } from './stripe-client.js';
import type { StripeIntent } from './stripe-intent.js';
import { transitionIntent } from './transition-intent.js';

type Outcome = ProviderOutcome<{ readonly payment: PaymentSnapshot }>;

/** Captures the amount of an authorisation exactly once, over any number of calls. */
export async function captureIntent(stripe: StripeClient, call: MoneyCall): Promise<Outcome> {
  if (!isIntentId(call.reference)) {
    return outcomes.referenceNotFound(call.reference);
  }
  const amount = stripeMoney.toProvider(call.amountMinor, call.currency);
  if (amount === undefined) return outcomes.unrepresentable(CancellationReason.PaymentNotCapturable, call);
  return transitionIntent(stripe, call, {
    request: (key) => stripe.captureIntent(call.reference, amount, key),
    judge: (intent) => judgeCapture(intent, call),
    decisions: {
      amount_too_large: CancellationReason.PaymentAmountTooSmall,
      amount_too_small: CancellationReason.PaymentNotCapturable,
      capture_charge_authorization_expired: CancellationReason.PaymentNotCapturable,
      capture_unauthorized_payment: CancellationReason.PaymentNotCapturable,
      charge_expired_for_capture: CancellationReason.PaymentNotCapturable,
    },
  });
}

function judgeCapture(intent: StripeIntent, call: MoneyCall): Outcome | undefined {
  const { reference, currency, capturedMinor } = intent.snapshot;
  switch (intent.status) {
    case 'succeeded':
      // The caller makes sure that no other order pays with this reference, so a capture of exactly this amount
      // belongs to this order.
      return capturedMinor === call.amountMinor && currency === call.currency
        ? { kind: 'done', payment: intent.snapshot }
        : outcomes.captureMismatch(reference, stripeMoney.format(capturedMinor, currency), call);
    case 'requires_capture':
      return refuseMoney(intent, call);
    case 'processing':
      return unknown(`Payment ${reference} is neither captured nor not: ${describeStatus(intent)}`);
    case 'requires_payment_method':
    case 'requires_confirmation':
    case 'requires_action':
    case 'canceled':
      return outcomes.notCapturable(reference, describeStatus(intent));
  }
}
