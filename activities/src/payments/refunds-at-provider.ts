import { isOwnOperation, type Actor, type OrderFacts, type OrderRef } from '@oms/domain';
import { bookRefundsOfProvider, type Database, type OrderPayment } from '@oms/database';
import type { PaymentProvider, ProviderRefund } from '@oms/payments';

import { withDatabase } from '../kit/database-fault.js';
import { answerOf } from './payment-context.js';

/**
 * Asks the provider for every refund of an order's payment, and brings the order's books to them: what somebody gave
 * back at the provider itself is booked, what failed after it was booked is taken back. A refund of this system's that
 * is not booked yet is left to the step that made it.
 *
 * @returns what the provider has, and the order's facts, `undefined` where the books agreed already
 */
export async function bookRefundsAtProvider(
  database: Database,
  ref: OrderRef,
  payment: OrderPayment,
  provider: PaymentProvider,
): Promise<{ readonly refunds: readonly ProviderRefund[]; readonly facts: OrderFacts | undefined }> {
  const answer = await answerOf(await provider.listRefunds(payment.reference));
  const refunds = answer.kind === 'done' ? answer.refunds : [];
  const actor: Actor = { type: 'provider', id: provider.name };
  const facts = await withDatabase(() =>
    bookRefundsOfProvider(
      database,
      ref,
      refunds.map(({ operationKey, ...refund }) => ({
        ...refund,
        isOwn: isOwnOperation(ref, operationKey),
      })),
      actor,
    ),
  );
  return { refunds, facts };
}
