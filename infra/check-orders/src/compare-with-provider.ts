import type { OrderProof } from '@oms/domain';
import type { PaymentSnapshot } from '@oms/payments';

/**
 * The differences between the order's ledger and the provider's, as sentences. Amounts are in minor units.
 *
 * @param theirs absent if the provider does not know the payment
 */
export function compareWithProvider(
  { status, money }: Pick<OrderProof, 'status' | 'money'>,
  theirs: PaymentSnapshot | undefined,
): readonly string[] {
  if (!money) return [];
  if (!theirs) return [`the provider does not know ${money.reference}, the order's payment`];
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
