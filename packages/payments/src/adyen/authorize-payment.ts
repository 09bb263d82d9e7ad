import { CancellationReason } from '@oms/domain';

import type { Declined, MoneyCall, PaymentSnapshot, ProviderOutcome } from '../payment-provider.js';
import { describeUnrepresentable, formatMoney, toAdyenValue } from './adyen-amounts.js';
import { lookAtPayment, type AdyenAccess } from './adyen-access.js';
import {
  declined,
  isPspReference,
  notAnnounced,
  notCapturable,
  referenceNotFound,
  transient,
} from './outcomes.js';

/** Checks that the authorisation which the checkout made can pay for the order, by what Adyen has said of it. */
export async function authorizePayment(
  access: AdyenAccess,
  call: MoneyCall,
): Promise<ProviderOutcome<{ readonly payment: PaymentSnapshot }>> {
  if (!isPspReference(call.reference)) return referenceNotFound(call.reference);
  const standing = await lookAtPayment(access, call.reference);
  if (standing.kind === 'unannounced') return notAnnounced(call.reference);
  if (standing.kind === 'contradictory') return transient(standing.message);
  if (standing.snapshot.state !== 'authorized') return notCapturable(standing);
  return refuseMoney(standing.snapshot, call) ?? { kind: 'done', payment: standing.snapshot };
}

/** Checks that what an authorised payment holds suffices. */
export function refuseMoney(
  { reference, currency, authorizedMinor }: PaymentSnapshot,
  call: Pick<MoneyCall, 'amountMinor' | 'currency'>,
): Declined | undefined {
  const { amountMinor } = call;
  if (currency !== call.currency) {
    return declined(
      CancellationReason.PaymentCurrencyMismatch,
      `Payment ${reference} is in ${currency}, the order in ${call.currency}`,
    );
  }
  if (toAdyenValue(amountMinor, currency) === undefined) {
    return declined(CancellationReason.PaymentNotCapturable, describeUnrepresentable(amountMinor, currency));
  }
  if (authorizedMinor < amountMinor) {
    const held = formatMoney(authorizedMinor, currency);
    return declined(
      CancellationReason.PaymentAmountTooSmall,
      `Payment ${reference} is authorised for ${held}, the order's total is ${formatMoney(amountMinor, currency)}`,
    );
  }
  return undefined;
}
