import type { OrderRef } from '@oms/domain';
import type { RefundPaymentInput, RefundPaymentResult } from '@oms/contracts/temporal';
import { failRefund, findRefund, findOrderPayment, settleRefund } from '@oms/database';

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
export async function refundPayment(
  { database, providers }: PaymentActivityDependencies,
  input: RefundPaymentInput,
): Promise<RefundPaymentResult> {
  const ref: OrderRef = { tenantId: input.tenantId, orgId: input.orgId, orderId: input.orderId };
  const refund = await withDatabase(() => findRefund(database, ref, input.refundId));
  const payment = await withDatabase(() => findOrderPayment(database, ref));
  if (refund.status !== 'pending') return { kind: refund.status };
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
  return { kind: 'succeeded' };

  async function fail(reason: string): Promise<RefundPaymentResult> {
    await withDatabase(() => failRefund(database, ref, { refund, reason, actor: paymentActor }));
    return { kind: 'failed', reason };
  }
}
