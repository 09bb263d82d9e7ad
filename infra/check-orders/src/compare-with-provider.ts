import type { OrderProof } from '@oms/domain';
import type { PaymentSnapshot } from '@oms/payments';

/**
 * The differences of the provider's ledger from the order's, in plain words. Amounts in minor units.
 *
 * @param theirs absent where the provider does not know the payment
 */
export function compareWithProvider(
  { status, money }: Pick<OrderProof, 'status' | 'money'>,
  theirs: PaymentSnapshot | undefined,
): readonly string[] {
  if (!money) return [];
  if (!theirs) return [`the provider does not know ${money.reference}, which the order claims`];
  const faults = (
    [
      ['captured', money.capturedMinor, theirs.capturedMinor],
      ['refunded', money.refundedMinor, theirs.refundedMinor],
    ] as const
  )
    .filter(([, ours, its]) => ours !== its)
    .map(([what, ours, its]) => `${what}: our ledger says ${ours}, the provider's ${its}`);
  const isDone = status === 'cancelled' || money.voidedMinor > 0;
  return isDone && theirs.state === 'authorized' && money.capturedMinor === 0
    ? [...faults, `held: our ledger says nothing, the provider's ${theirs.authorizedMinor}`]
    : faults;
}
