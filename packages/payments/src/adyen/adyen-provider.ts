import { PaymentProviderName } from '@oms/domain';

import { transient } from '../kit/outcome.js';
import type { ReceivedNotifications } from '../payment-notification.js';
import type { PaymentProvider, ProviderCall, ProviderRefund } from '../payment-provider.js';
import { lookAtPayment, type AdyenAccess } from './adyen-access.js';
import { createAdyenClient, type AdyenConfig } from './adyen-client.js';
import { authorizePayment } from './authorize-payment.js';
import { capturePayment } from './capture-payment.js';
import { isPspReference, notAnnounced } from './outcomes.js';
import type { EffectStanding } from './payment-standing.js';
import { refundPayment } from './refund-payment.js';
import { voidPayment } from './void-payment.js';
import { adyenMoney } from './adyen-amounts.js';

/**
 * Payments at Adyen. A reference is the PSP reference of a payment that the client's checkout made with manual
 * capture.
 *
 * Adyen cannot be asked for a payment: `find` and `authorize` answer by the received notifications, and `transient`
 * while there is none. Captures, cancellations and refunds are `pending` until their notification has come; the same
 * call then returns the result. `find` shows only successes, so the failure of an operation is returned by its own
 * call.
 *
 * Every operation may be repeated with the same arguments, even while an earlier call is running, and takes effect
 * once. An operation never has a second key: a failure that Adyen has stored under the key stays `unknown` until a
 * notification or an operator decides it.
 *
 * @param notifications the notifications that were received from Adyen
 * @throws TypeError for an invalid configuration. Operations throw a TypeError for an idempotency key that Adyen does
 *   not accept, and the errors of `notifications`
 */
export function createAdyenProvider(
  config: AdyenConfig,
  { notifications }: { readonly notifications: ReceivedNotifications },
): PaymentProvider {
  const access: AdyenAccess = { client: createAdyenClient(config), notifications };
  return {
    name: PaymentProviderName.Adyen,
    canBeAsked: false,
    moneyStepMinor: (currency) => adyenMoney.stepMinor(currency),

    async find(reference) {
      if (!isPspReference(reference)) return { kind: 'done' };
      const standing = await lookAtPayment(access, reference);
      if (standing.kind === 'unannounced') return notAnnounced(reference);
      if (standing.kind === 'contradictory') return transient(standing.message);
      return { kind: 'done', payment: standing.snapshot };
    },

    authorize: async (call) => authorizePayment(access, withUsableKey(call)),
    capture: async (call) => capturePayment(access, withUsableKey(call)),
    void: async (call) => voidPayment(access, withUsableKey(call)),
    refund: async (call) => refundPayment(access, withUsableKey(call)),

    async listRefunds(reference) {
      if (!isPspReference(reference)) return { kind: 'done', refunds: [] };
      const standing = await lookAtPayment(access, reference);
      if (standing.kind === 'unannounced') return { kind: 'done', refunds: [] };
      if (standing.kind === 'contradictory') return transient(standing.message);
      const refunds = standing.effects.filter(({ effect }) => effect === 'refund');
      return { kind: 'done', refunds: refunds.map(refundOf) };
    },
  };
}

function refundOf({
  objectId,
  operations,
  succeeded,
  amountMinor = 0,
  reason,
}: EffectStanding): ProviderRefund {
  const [operationKey] = operations;
  return {
    refundId: objectId,
    amountMinor,
    state: succeeded ? 'succeeded' : 'failed',
    ...(operationKey === undefined ? {} : { operationKey }),
    ...(reason === undefined ? {} : { reason }),
  };
}

/** Rejects keys beyond this system's own limits: Adyen's references are made of them. */
function withUsableKey<Call extends ProviderCall>(call: Call): Call {
  if (!/^[\x21-\x7e]{1,250}$/.test(call.idempotencyKey)) {
    throw new TypeError('an idempotency key has 1 to 250 printable characters of ASCII and no spaces');
  }
  return call;
}
