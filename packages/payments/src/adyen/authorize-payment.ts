import { CancellationReason, type PaymentOwner } from '@oms/domain';

import type {
  AuthorizeCall,
  Declined,
  MoneyCall,
  PaymentSnapshot,
  ProviderOutcome,
} from '../payment-provider.js';
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
import type { PaymentStanding } from './payment-standing.js';

/** Checks that the authorisation which the checkout made can pay for the order, by what Adyen has said of it. */
export async function authorizePayment(
  access: AdyenAccess,
  call: AuthorizeCall,
): Promise<ProviderOutcome<{ readonly payment: PaymentSnapshot }>> {
  if (!isPspReference(call.reference)) return referenceNotFound(call.reference);
  const standing = await lookAtPayment(access, call.reference);
  const owner = ownerIn(standing);
  // Nobody knows whose it is before the authorisation itself is announced.
  if (standing.kind === 'unannounced' || !owner || !call.mayPay(owner)) return notAnnounced(call.reference);
  if (standing.kind === 'contradictory') return transient(standing.message);
  if (standing.snapshot.state !== 'authorized') return notCapturable(standing);
  return refuseMoney(standing.snapshot, call) ?? { kind: 'done', payment: standing.snapshot };
}

function ownerIn(standing: PaymentStanding): PaymentOwner | undefined {
  switch (standing.kind) {
    case 'announced':
      return standing.snapshot.owner;
    case 'contradictory':
      return standing.owner;
    case 'unannounced':
      return undefined;
  }
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
