import type { OrderRef } from '@oms/domain';
import type {
  AuthorizePaymentResult,
  CapturePaymentResult,
  ChangeOrderResult,
  GiveRefundResult,
  ResolvePaymentInput,
  ReversePaymentResult,
  SettleNotificationInput,
  SettleNotificationResult,
} from '@oms/contracts/temporal';

import { retryingRefusals } from '../kit/database-fault.js';
import { beating } from '../kit/heartbeat.js';
import { authorizePayment } from './authorize-payment.js';
import { capturePayment } from './capture-payment.js';
import { tellingOutcome, type PaymentActivityDependencies } from './payment-context.js';
import { giveRefund } from './give-refund.js';
import { resolvePayment } from './resolve-payment.js';
import { reversePayment } from './reverse-payment.js';
import { settleNotification } from './settle-notification.js';

export type PaymentActivities = ReturnType<typeof createPaymentActivities>;

/**
 * Money, moved once. Every call to a provider has a key made of order, operation and ordinal, so that however often
 * an activity is repeated, by whichever worker, the provider sees the same request. What a provider may have done
 * is asked for before it is asked for again.
 */
export function createPaymentActivities(deps: PaymentActivityDependencies) {
  return {
    /** Checks that the order's payment reference can pay for it, and claims the reference for this order. */
    authorizePayment: (ref: OrderRef): Promise<AuthorizePaymentResult> =>
      beating(() => authorizePayment(deps, ref)),

    /** Takes the order's total of what was authorised. */
    capturePayment: (ref: OrderRef): Promise<CapturePaymentResult> =>
      beating(() => tellingOutcome(deps.database, ref, () => capturePayment(deps, ref))),

    /**
     * Returns all of the customer's money that this order holds: voids an authorisation, refunds a capture. An order
     * that never claimed its reference holds nothing, and its reference is left alone.
     */
    reversePayment: (ref: OrderRef): Promise<ReversePaymentResult> =>
      retryingRefusals(() =>
        beating(() => tellingOutcome(deps.database, ref, () => reversePayment(deps, ref))),
      ),

    /** Gives the oldest refund that was promised. A provider's refusal fails the refund, not the order. */
    giveRefund: (ref: OrderRef): Promise<GiveRefundResult> =>
      retryingRefusals(() => beating(() => tellingOutcome(deps.database, ref, () => giveRefund(deps, ref)))),

    /**
     * Records what an operator states of a payment whose outcome is unknown. The provider is asked first: what it says
     * itself counts for more, and a statement that contradicts it is refused.
     */
    resolvePayment: (input: ResolvePaymentInput): Promise<ChangeOrderResult> =>
      beating(() => resolvePayment(deps, input)),

    /** Brings an order's record to what its provider said of it. Fails, to be tried again, while the order is pending. */
    settleNotification: (input: SettleNotificationInput): Promise<SettleNotificationResult> =>
      beating(() => settleNotification(deps, input)),
  };
}
