import { PaymentProviderName } from '@oms/domain';

import type { ReceivedNotifications } from '../payment-notification.js';
import type { PaymentProvider, ProviderCall, ProviderRefund } from '../payment-provider.js';
import { authorizePayment } from './authorize-payment.js';
import { capturePayment } from './capture-payment.js';
import { idempotencyKeyOf } from './operation-id.js';
import { readFailed } from '../kit/provider-failure.js';
import { isAuthorizationId } from './outcomes.js';
import { createPayPalClient, type PayPalConfig } from './paypal-client.js';
import type { PayPalRefund } from './paypal-objects.js';
import { lookAtPayment, type PayPalAccess } from './paypal-payment.js';
import { refundPayment } from './refund-payment.js';
import { voidPayment } from './void-payment.js';
import { payPalMoney } from './paypal-amounts.js';

/**
 * Makes the adapter of payments at PayPal. A payment's reference is the id of an authorisation that the client's
 * checkout made, through a PayPal order with intent AUTHORIZE.
 *
 * Every operation is idempotent: repeating a call with the same arguments has one effect, also while an earlier call
 * is still running. See {@link capturePayment} and {@link refundPayment}. A capture or refund that PayPal holds as
 * pending has the outcome `pending`. `find`, or repeating the call, gives its result later.
 *
 * @param notifications PayPal's received notifications, which name captures and refunds that PayPal does not list
 * @throws TypeError for an invalid configuration. Operations throw a TypeError for an idempotency key that PayPal
 *   cannot accept, and the errors of `notifications`
 */
export function createPayPalProvider(
  config: PayPalConfig,
  { notifications }: { readonly notifications: ReceivedNotifications },
): PaymentProvider {
  const access: PayPalAccess = { client: createPayPalClient(config), notifications };
  return {
    name: PaymentProviderName.PayPal,
    canBeAsked: true,
    moneyStepMinor: (currency) => payPalMoney.stepMinor(currency),

    async find(reference) {
      if (!isAuthorizationId(reference)) return { kind: 'done' };
      const answer = await lookAtPayment(access, reference);
      if (answer.ok) return { kind: 'done', payment: answer.value.snapshot };
      return answer.failure.kind === 'not_found' ? { kind: 'done' } : readFailed(answer.failure);
    },

    authorize: async (call) => authorizePayment(access, withUsableKey(call)),
    capture: async (call) => capturePayment(access, withUsableKey(call)),
    void: async (call) => voidPayment(access, withUsableKey(call)),
    refund: async (call) => refundPayment(access, withUsableKey(call)),

    async listRefunds(reference) {
      if (!isAuthorizationId(reference)) return { kind: 'done', refunds: [] };
      const answer = await lookAtPayment(access, reference);
      if (answer.ok) return { kind: 'done', refunds: answer.value.refunds.map(refundOf) };
      return answer.failure.kind === 'not_found' ? { kind: 'done', refunds: [] } : readFailed(answer.failure);
    },
  };
}

const refundStates = {
  COMPLETED: 'succeeded',
  PENDING: 'pending',
  FAILED: 'failed',
  CANCELLED: 'failed',
} as const satisfies Record<PayPalRefund['status'], ProviderRefund['state']>;

function refundOf({ id, amountMinor, status, operation, reason }: PayPalRefund): ProviderRefund {
  const operationKey = operation === undefined ? undefined : idempotencyKeyOf(operation);
  return {
    refundId: id,
    amountMinor,
    state: refundStates[status],
    ...(operationKey === undefined ? {} : { operationKey }),
    ...(reason === undefined ? {} : { reason }),
  };
}

/** Checks a key against this system's own limit. PayPal's shorter keys are derived from it. */
function withUsableKey<Call extends ProviderCall>(call: Call): Call {
  if (!/^[\x21-\x7e]{1,250}$/.test(call.idempotencyKey)) {
    throw new TypeError('an idempotency key has 1 to 250 printable characters of ASCII and no spaces');
  }
  return call;
}
