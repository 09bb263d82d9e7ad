import type { PaymentOwner } from '@oms/domain';

import { transient } from '../kit/outcome.js';
import type {
  AuthorizeCall,
  Declined,
  MoneyCall,
  PaymentSnapshot,
  ProviderOutcome,
} from '../payment-provider.js';
import { lookAtPayment, type AdyenAccess } from './adyen-access.js';
import { describeState, isPspReference, notAnnounced, outcomes } from './outcomes.js';
import type { PaymentStanding } from './payment-standing.js';

/** Checks that the checkout's payment, authorised or captured, can pay for the order, by Adyen's notifications. */
export async function authorizePayment(
  access: AdyenAccess,
  call: AuthorizeCall,
): Promise<ProviderOutcome<{ readonly payment: PaymentSnapshot }>> {
  if (!isPspReference(call.reference)) return outcomes.referenceNotFound(call.reference);
  const standing = await lookAtPayment(access, call.reference);
  const owner = ownerIn(standing);
  // The owner is unknown before the notification of the authorisation itself.
  if (standing.kind === 'unannounced' || !owner || !call.mayPay(owner)) return notAnnounced(call.reference);
  if (standing.kind === 'contradictory') return transient(standing.message);
  if (standing.snapshot.state === 'captured') return outcomes.judgeCaptured(standing.snapshot, call);
  if (standing.snapshot.state !== 'authorized')
    return outcomes.notCapturable(call.reference, describeState(standing));
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

/** Checks that an authorised payment holds enough. */
export function refuseMoney(
  { reference, currency, authorizedMinor: amountMinor }: PaymentSnapshot,
  call: Pick<MoneyCall, 'amountMinor' | 'currency'>,
): Declined | undefined {
  return outcomes.refuseMoney(reference, { amountMinor, currency }, call);
}
