import { CancellationReason, objectionTo, OrderStatus, refusal, RefusalCode } from '@oms/domain';
import type { ChangeOrderInput, ChangeOrderResult } from '@oms/contracts/temporal';
import { findClaimant, findOrderPayment, refuseChange } from '@oms/database';

import { withDatabase } from '../kit/database-fault.js';
import { operationKey, type PaymentActivityDependencies } from './payment-context.js';

/**
 * Refuses the confirmation of a draft whose payment holds less than its total. The draft stays as it is, and nothing is
 * reserved or claimed. Only the provider's own answer counts.
 *
 * @returns `undefined` where the provider does not say so: the order then goes on, and waits where it has to
 */
export async function checkPayment(
  { database, providers }: PaymentActivityDependencies,
  change: ChangeOrderInput,
): Promise<ChangeOrderResult | undefined> {
  const payment = await withDatabase(() => findOrderPayment(database, change));
  if (payment?.orderStatus !== OrderStatus.Draft || payment.totalMinor === 0) return undefined;
  const provider = providers[payment.provider];
  // The state of a payment of another order says nothing to this one.
  if (!provider || (await withDatabase(() => findClaimant(database, payment)))) return undefined;
  const answer = await provider.authorize({
    reference: payment.reference,
    amountMinor: payment.totalMinor,
    currency: payment.currency,
    idempotencyKey: operationKey(change, 'authorize'),
    mayPay: (owner) => objectionTo(owner, change, payment) === undefined,
  });
  if (answer.kind !== 'declined' || answer.reason !== CancellationReason.PaymentAmountTooSmall)
    return undefined;
  const refused = refusal(RefusalCode.AuthorizationTooSmall, answer.message, { field: 'payment_reference' });
  return withDatabase(() => refuseChange(database, change, refused));
}
