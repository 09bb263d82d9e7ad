import type { Actor, OrderFacts, OrderRef } from '@oms/domain';
import { reconcileRefunds, type Database, type OrderPayment } from '@oms/database';
import type { PaymentProvider, ProviderRefund } from '@oms/payments';

import { withDatabase } from '../kit/database-fault.js';
import { answerOf } from './payment-context.js';

/**
 * Reads every refund of an order's payment at the provider, and brings the order's ledger up to date. Records refunds
 * that were made at the provider itself, and reverses recorded refunds that failed later. Leaves a refund of this
 * system that is not recorded yet to the step that made it.
 *
 * @returns the provider's refunds, and the order's facts: `undefined` where the ledger was up to date
 */
export async function recordRefundsAtProvider(
  database: Database,
  ref: OrderRef,
  payment: OrderPayment,
  provider: PaymentProvider,
): Promise<{ readonly refunds: readonly ProviderRefund[]; readonly facts: OrderFacts | undefined }> {
  const answer = await answerOf(await provider.listRefunds(payment.reference));
  const refunds = answer.kind === 'done' ? answer.refunds : [];
  const actor: Actor = { type: 'provider', id: provider.name };
  const facts = await withDatabase(() => reconcileRefunds(database, ref, refunds, actor));
  return { refunds, facts };
}
