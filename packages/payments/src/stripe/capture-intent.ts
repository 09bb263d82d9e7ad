import { CancellationReason } from '@oms/domain';

import type { MoneyCall, PaymentSnapshot, ProviderOutcome } from '../payment-provider.js';
import { refuseMoney } from './authorize-intent.js';
import {
  declined,
  describeStatus,
  isIntentId,
  notCapturable,
  referenceNotFound,
  unknown,
} from './outcomes.js';
import { describeUnrepresentable, formatMoney, toStripeAmount } from './stripe-amounts.js';
import type { StripeClient } from './stripe-client.js';
import type { StripeIntent } from './stripe-intent.js';
import { transitionIntent } from './transition-intent.js';

type Outcome = ProviderOutcome<{ readonly payment: PaymentSnapshot }>;

/** Takes the amount of an authorisation, once, however often it is called. */
export async function captureIntent(stripe: StripeClient, call: MoneyCall): Promise<Outcome> {
  if (!isIntentId(call.reference)) {
    return referenceNotFound(call.reference);
  }
  const amount = toStripeAmount(call.amountMinor, call.currency);
  if (amount === undefined) {
    const message = describeUnrepresentable(call.amountMinor, call.currency);
    return declined(CancellationReason.PaymentNotCapturable, message);
  }
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
      // The caller sees to it that no other order pays with this reference, so a capture of exactly this amount is
      // this order's own. Any other amount is money that was taken and that no call of this order accounts for: a
      // decision would cancel the order and keep the money, so it stays open until a person has looked.
      return capturedMinor === call.amountMinor && currency === call.currency
        ? { kind: 'done', payment: intent.snapshot }
        : unknown(
            `Payment ${reference} has been captured for ${formatMoney(capturedMinor, currency)}, not for the order's ` +
              `${formatMoney(call.amountMinor, call.currency)}. Somebody has to look at it`,
          );
    case 'requires_capture':
      return refuseMoney(intent, call);
    case 'processing':
      return unknown(`Payment ${reference} is neither captured nor not: ${describeStatus(intent)}`);
    case 'requires_payment_method':
    case 'requires_confirmation':
    case 'requires_action':
    case 'canceled':
      return notCapturable(intent);
  }
}
