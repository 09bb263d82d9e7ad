import type { CancellationReason } from '@oms/domain';

import { declined, transient, type Unsettled } from '../kit/outcome.js';
import { createOutcomes } from '../kit/outcomes.js';
import type { Declined, PaymentSnapshot } from '../payment-provider.js';
import { adyenMoney } from './adyen-amounts.js';
import type { Announced, EffectStanding } from './payment-standing.js';

/** Only text in the form of a PSP reference is sent to Adyen: it is a part of the URL. */
export function isPspReference(reference: string): boolean {
  return /^[A-Z0-9]{16}$/.test(reference);
}

export const outcomes = createOutcomes({
  providerName: 'Adyen',
  noun: 'payment',
  referenceForm: 'are PSP references of 16 letters and digits',
  isReference: isPspReference,
  money: adyenMoney,
});

/** Adyen cannot be asked for a payment, so nothing is known of it before its webhook. */
export function notAnnounced(reference: string): Unsettled {
  return transient(
    `Adyen's notification of the authorisation ${reference} has not arrived. Adyen has no way to be asked for it`,
  );
}

const stateWords = {
  not_authorized: 'its authorisation was refused',
  processing: 'Adyen is still working on it',
  authorized: 'it is authorised',
  captured: 'it has been captured already',
  voided: 'it was cancelled, or its authorisation has lapsed',
} as const satisfies Record<PaymentSnapshot['state'], string>;

/** Describes the state of a payment in words. */
export function describeState({ snapshot, refusal }: Announced): string {
  return `${stateWords[snapshot.state]}${refusal ? `: ${refusal}` : ''}`;
}

const failureCodes = {
  capture: 'CAPTURE_FAILED',
  void: 'CANCELLATION_FAILED',
  refund: 'REFUND_FAILED',
} as const satisfies Record<EffectStanding['effect'], string>;

const effectWords = {
  capture: 'capture',
  void: 'cancellation',
  refund: 'refund',
} as const satisfies Record<EffectStanding['effect'], string>;

/** Adyen had taken the operation, and it failed. */
export function effectFailed(reason: CancellationReason, failed: EffectStanding): Declined {
  const { effect, objectId, reason: why = 'Adyen does not say why' } = failed;
  const message = `Adyen's ${effectWords[effect]} ${objectId} has failed: ${why}`;
  return declined(reason, message, failureCodes[effect]);
}
