import { CancellationReason } from '@oms/domain';

import { declined, transient, type Unsettled } from '../outcome.js';
import type { Declined, PaymentSnapshot } from '../payment-provider.js';
import type { Announced, EffectStanding } from './payment-standing.js';

export { declined, pending, transient, unknown } from '../outcome.js';

/** There is no such payment. */
export function referenceNotFound(reference: string): Declined {
  // What is no reference may be anything, a card number or a secret, and is not shown.
  const shown = isPspReference(reference)
    ? reference
    : 'of this form: payment references of Adyen are PSP references of 16 letters and digits';
  return declined(CancellationReason.PaymentReferenceNotFound, `Adyen knows no payment ${shown}`);
}

/** Adyen cannot be asked for a payment, so until its webhook has come nothing is known of it. */
export function notAnnounced(reference: string): Unsettled {
  return transient(
    `Adyen's notification of the authorisation ${reference} has not arrived. Adyen has no way to be asked for it`,
  );
}

/** Whether this can be a PSP reference. What cannot be one is not sent to Adyen: it is a part of the URL. */
export function isPspReference(reference: string): boolean {
  return /^[A-Z0-9]{16}$/.test(reference);
}

const stateWords = {
  not_authorized: 'its authorisation was refused',
  processing: 'Adyen is still working on it',
  authorized: 'it is authorised',
  captured: 'it has been captured already',
  voided: 'it was cancelled, or its authorisation has lapsed',
} as const satisfies Record<PaymentSnapshot['state'], string>;

/** Says where a payment stands, in words. */
export function describeState({ snapshot, refusal }: Announced): string {
  return `${stateWords[snapshot.state]}${refusal ? `: ${refusal}` : ''}`;
}

/** The payment stands where it cannot be captured any more. */
export function notCapturable(payment: Announced): Declined {
  return declined(
    CancellationReason.PaymentNotCapturable,
    `Payment ${payment.snapshot.reference} cannot be captured: ${describeState(payment)}`,
  );
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
