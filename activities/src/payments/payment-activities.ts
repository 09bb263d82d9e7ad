import type { OrderRef } from '@oms/domain';
import type {
  AuthorizePaymentResult,
  CapturePaymentResult,
  ChangeOrderInput,
  ChangeOrderResult,
  GiveRefundResult,
  ResolvePaymentInput,
  ReversePaymentResult,
  SettleNotificationsResult,
  ShipmentCaptureResult,
} from '@oms/contracts/temporal';

import { retryingRefusals } from '../kit/database-fault.js';
import { beating } from '../kit/heartbeat.js';
import { authorizePayment } from './authorize-payment.js';
import { checkPayment } from './check-payment.js';
import { captureForShipment, capturePayment } from './capture-payment.js';
import { tellingOutcome, type PaymentActivityDependencies } from './payment-context.js';
import { giveRefund } from './give-refund.js';
import { resolvePayment } from './resolve-payment.js';
import { reversePayment } from './reverse-payment.js';
import { settleNotifications } from './settle-notifications.js';

export type PaymentActivities = ReturnType<typeof createPaymentActivities>;

/**
 * Movements of money, each made once. The key of a call to a provider consists of order, operation and ordinal, so that
 * every repetition, by any worker, is the same request. An operation that may have happened is looked up at the
 * provider before it is requested again.
 */
export function createPaymentActivities(deps: PaymentActivityDependencies) {
  return {
    /** Checks that the order's payment reference can pay for it, and claims the reference for this order. */
    authorizePayment: (ref: OrderRef): Promise<AuthorizePaymentResult> =>
      beating(() => authorizePayment(deps, ref)),

    /** Refuses the confirmation of a draft whose payment holds less than its total. */
    checkPayment: (change: ChangeOrderInput): Promise<ChangeOrderResult | undefined> =>
      beating(() => checkPayment(deps, change)),

    /** Captures the order's total. */
    capturePayment: (ref: OrderRef): Promise<CapturePaymentResult> =>
      beating(() => tellingOutcome(deps.database, ref, () => capturePayment(deps, ref))),

    /** Captures what a shipment needs. A provider's decline is recorded, and the shipment is refused for it. */
    captureForShipment: (ref: OrderRef): Promise<ShipmentCaptureResult> =>
      retryingRefusals(() =>
        beating(() => tellingOutcome(deps.database, ref, () => captureForShipment(deps, ref))),
      ),

    /**
     * Returns all of the customer's money that this order holds: voids an authorisation, refunds a capture. An order
     * that never claimed its reference holds nothing, and its reference is left alone.
     */
    reversePayment: (ref: OrderRef): Promise<ReversePaymentResult> =>
      retryingRefusals(() =>
        beating(() => tellingOutcome(deps.database, ref, () => reversePayment(deps, ref))),
      ),

    /** Makes the oldest promised refund. A provider's refusal fails the refund, not the order. */
    giveRefund: (ref: OrderRef): Promise<GiveRefundResult> =>
      retryingRefusals(() => beating(() => tellingOutcome(deps.database, ref, () => giveRefund(deps, ref)))),

    /**
     * Records an operator's statement about a payment whose outcome is unknown. The provider is asked first, and a
     * statement that contradicts its answer is refused.
     */
    resolvePayment: (input: ResolvePaymentInput): Promise<ChangeOrderResult> =>
      beating(() => resolvePayment(deps, input)),

    /**
     * Brings the order's record to the notifications of its provider that are not settled, and marks them as settled. Those that
     * the order's own capture has to precede are left alone while the order is pending. An order that is cancelled, or free,
     * without having claimed its payment lets go of it.
     */
    settleNotifications: (ref: OrderRef): Promise<SettleNotificationsResult> =>
      retryingRefusals(() => beating(() => settleNotifications(deps, ref))),
  };
}
