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

/**
 * Payments at PayPal. A reference is the id of an authorisation that the client's checkout made (an order with intent
 * AUTHORIZE, authorised).
 *
 * Every operation may be called again with the same arguments, at any time and also while an earlier call is still
 * running, and comes to the same effect once: see {@link capturePayment} and {@link refundPayment} for how. A capture
 * or refund that PayPal holds as pending is `pending`; `find`, or the same call again, says what became of it.
 *
 * @param notifications those that were received of PayPal, which name captures and refunds where PayPal lists none
 * @throws TypeError when the configuration cannot be meant. Operations throw a TypeError for an idempotency key that
 *   PayPal could not take, and what `notifications` throws
 */
export function createPayPalProvider(
  config: PayPalConfig,
  { notifications }: { readonly notifications: ReceivedNotifications },
): PaymentProvider {
  const access: PayPalAccess = { client: createPayPalClient(config), notifications };
  return {
    name: PaymentProviderName.PayPal,
    canBeAsked: true,

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

/** As long as this system's keys may be anywhere; PayPal's shorter ones are made of it. */
function withUsableKey<Call extends ProviderCall>(call: Call): Call {
  if (!/^[\x21-\x7e]{1,250}$/.test(call.idempotencyKey)) {
    throw new TypeError('an idempotency key has 1 to 250 printable characters of ASCII and no spaces');
  }
  return call;
}
