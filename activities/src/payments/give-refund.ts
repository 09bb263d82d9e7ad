import type { OrderRef } from '@oms/domain';
import type { GiveRefundResult } from '@oms/contracts/temporal';
import {
  failRefund,
  findOrderPayment,
  findPendingRefund,
  findStanding,
  settleRefund,
  type RefundRecord,
} from '@oms/database';

import { withDatabase } from '../kit/database-fault.js';
import {
  answerOf,
  markUnknown,
  operationKey,
  paymentActor,
  providerFor,
  type PaymentActivityDependencies,
} from './payment-context.js';

/** See `createPaymentActivities`. */
export async function giveRefund(
  deps: PaymentActivityDependencies,
  ref: OrderRef,
): Promise<GiveRefundResult> {
  const { database } = deps;
  const refund = await withDatabase(() => findPendingRefund(database, ref));
  const kind = refund ? await give(deps, ref, refund) : 'none';
  return { kind, standing: await withDatabase(() => findStanding(database, ref)) };
}

async function give(
  { database, providers }: PaymentActivityDependencies,
  ref: OrderRef,
  refund: RefundRecord,
): Promise<'succeeded' | 'failed'> {
  const payment = await withDatabase(() => findOrderPayment(database, ref));
  if (!payment) return fail('the order was paid for by invoice: no provider has its money');
  const idempotencyKey = operationKey(ref, 'refund', refund.ordinal);
  const answer = await answerOf(
    await providerFor(providers, payment).refund({
      reference: payment.reference,
      amountMinor: refund.amountMinor,
      currency: payment.currency,
      idempotencyKey,
    }),
    markUnknown(database, ref, 'refund'),
  );
  if (answer.kind === 'declined') return fail(answer.message);
  await withDatabase(() =>
    settleRefund(database, ref, {
      refund,
      movement: { idempotencyKey, amountMinor: answer.amountMinor, providerObjectId: answer.refundId },
      actor: paymentActor,
    }),
  );
  return 'succeeded';

  async function fail(reason: string): Promise<'failed'> {
    await withDatabase(() => failRefund(database, ref, { refund, reason, actor: paymentActor }));
    return 'failed';
  }
}
