import type { OrderRef } from '@oms/domain';
import type { ResolvePaymentInput } from '@oms/contracts/temporal';

import {
  authorizePayment,
  capturePayment,
  refundPayment,
  resolvePayment,
  reversePayment,
} from './order-activity-policies.js';
import { Turns } from './turns.js';

/**
 * What is asked of an order's payment, one thing at a time: what an operator states never meets an attempt that is
 * under way.
 */
export function createPaymentCalls(ref: OrderRef) {
  const turns = new Turns();
  return {
    authorize: () => turns.take(() => authorizePayment(ref)),
    capture: () => turns.take(() => capturePayment(ref)),
    reverse: () => turns.take(() => reversePayment(ref)),
    refund: (refundId: string) => turns.take(() => refundPayment({ ...ref, refundId })),
    /** @param input asked for when its turn has come: what the order waits for may have changed since */
    resolve: (input: () => Omit<ResolvePaymentInput, keyof OrderRef>) =>
      turns.take(() => resolvePayment({ ...ref, ...input() })),
  };
}
export type PaymentCalls = ReturnType<typeof createPaymentCalls>;
