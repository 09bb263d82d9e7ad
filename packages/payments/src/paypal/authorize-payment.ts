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
  isAuthorizationId,
  notCapturable,
  readFailed,
  referenceNotFound,
  transient,
} from './outcomes.js';
import { describeUnrepresentable, formatMoney, toPayPalValue } from './paypal-amounts.js';
import { lookAtEffects, type PayPalAccess, type PayPalPayment } from './paypal-payment.js';

/** Checks that the authorisation which the checkout made can pay for the order. Reads only. */
export async function authorizePayment(
  access: PayPalAccess,
  call: AuthorizeCall,
): Promise<ProviderOutcome<{ readonly payment: PaymentSnapshot }>> {
  if (!isAuthorizationId(call.reference)) return referenceNotFound(call.reference);
  const answer = await access.client.getAuthorization(call.reference);
  if (!answer.ok) {
    return answer.failure.kind === 'not_found'
      ? referenceNotFound(call.reference)
      : readFailed(answer.failure);
  }
  if (!call.mayPay(answer.value.owner)) return referenceNotFound(call.reference);
  const look = await lookAtEffects(access, answer.value);
  if (!look.ok) return readFailed(look.failure);
  const payment = look.value;
  if (payment.authorization.status === 'PENDING') {
    return transient(`Payment ${call.reference} is not authorised yet: ${describeStatus(payment)}`);
  }
  if (payment.snapshot.state !== 'authorized') return notCapturable(payment);
  return refuseMoney(payment, call) ?? { kind: 'done', payment: payment.snapshot };
}

/**
 * Checks that what a capturable payment holds suffices. PayPal itself would let 115 % of it be captured: that nobody
 * pays more than he agreed to is for this adapter to see to.
 */
export function refuseMoney(
  { authorization }: PayPalPayment,
  call: Pick<MoneyCall, 'amountMinor' | 'currency'>,
): Declined | undefined {
  const { id, currency } = authorization;
  const { amountMinor } = call;
  if (currency !== call.currency) {
    return declined(
      CancellationReason.PaymentCurrencyMismatch,
      `Payment ${id} is in ${currency}, the order in ${call.currency}`,
    );
  }
  if (toPayPalValue(amountMinor, currency) === undefined) {
    return declined(CancellationReason.PaymentNotCapturable, describeUnrepresentable(amountMinor, currency));
  }
  if (authorization.amountMinor < amountMinor) {
    const held = formatMoney(authorization.amountMinor, currency);
    return declined(
      CancellationReason.PaymentAmountTooSmall,
      `Payment ${id} is authorised for ${held}, the order's total is ${formatMoney(amountMinor, currency)}`,
    );
  }
  return undefined;
}
