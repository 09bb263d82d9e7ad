import { randomBytes } from 'node:crypto';

import { expect, vi } from 'vitest';
import { z } from 'zod';

import { createAdyenProvider } from '../adyen/adyen-provider.js';
import { createAdyenWebhookReader } from '../adyen/adyen-webhook-reader.js';
import type { PaymentProvider } from '../payment-provider.js';
import { startPaymentSimulator, type PaymentSimulator } from './payment-simulator.js';
import { keepNotifications, startWebhookEndpoint, type KeptNotifications } from './received-notifications.js';
import { patiently, type ProviderTraits, type SteeredProvider } from './steered-provider.js';
import { impatienceMs, patienceMs, steerSimulator, type SimulatedProvider } from './steer-simulator.js';

const merchantAccount = 'SimulatorECOM';

export const adyenTraits: ProviderTraits = { canBeAsked: false, settlesLater: true };

const simulated: SimulatedProvider = {
  operations: {
    // Adyen has nothing that could be asked, so no fault can befall it.
    find: 'adyen.payments.*',
    capture: 'adyen.payments.capture',
    void: 'adyen.payments.cancel',
    refund: 'adyen.payments.refund',
  },
  declineCode: 'Insufficient funds',
};

const madePayments = z.object({ pspReferences: z.tuple([z.string()]) });
const paymentStanding = z.object({
  modifications: z.array(z.object({ id: z.string(), state: z.enum(['received', 'succeeded', 'failed']) })),
});

/** The Adyen adapter with the payment simulator behind it, whose webhooks reach the notifications it reads. */
export interface SteeredAdyen extends SteeredProvider {
  readonly later: NonNullable<SteeredProvider['later']>;
  readonly simulator: PaymentSimulator;
  readonly notifications: KeptNotifications;
  /** Another adapter to the same server. */
  connect(change: { readonly apiKey?: string; readonly merchantAccount?: string }): PaymentProvider;
  /** Waits until the notification of this event of this payment has been received. */
  received(reference: string, kind: string): Promise<void>;
}

export async function steeredAdyen(): Promise<SteeredAdyen> {
  const simulator = await startPaymentSimulator();
  const { baseUrl, control } = simulator;
  const notifications = keepNotifications();
  const secret = randomBytes(32).toString('hex');
  const reader = createAdyenWebhookReader({ hmacKey: secret, merchantAccount });
  const endpoint = await startWebhookEndpoint(reader, notifications.keep);
  await control('PUT', 'adyen/webhooks', { url: endpoint.url, secret });
  await control('PUT', 'adyen/settlement', { mode: 'hold' });

  const apiBaseUrl = `${baseUrl}/adyen`;
  const config = { apiKey: 'AQE-test', merchantAccount, environment: 'TEST', apiBaseUrl } as const;
  const connect = (change: object = {}, timeoutMs = patienceMs): PaymentProvider =>
    createAdyenProvider({ ...config, timeoutMs, ...change }, { notifications });
  const received = (reference: string, kind: string): Promise<void> =>
    vi.waitFor(
      () => {
        const kinds = notifications.all
          .filter((said) => said.reference === reference)
          .map((said) => said.kind);
        expect(kinds, endpoint.refusals.join()).toContain(kind);
      },
      { timeout: 20_000 },
    );
  const checkout = async (body: object, kind: string): Promise<string> => {
    const [reference] = madePayments.parse(await control('POST', 'adyen/payments', body)).pspReferences;
    await received(reference, kind);
    return reference;
  };
  const comeTrue = async (reference: string): Promise<void> => {
    await control('POST', 'adyen/settle', { pspReference: reference });
    const { modifications } = paymentStanding.parse(await control('GET', `adyen/payments/${reference}`));
    const settled = modifications.filter(({ state }) => state !== 'received').map(({ id }) => id);
    await vi.waitFor(
      () => {
        const ids = notifications.all.map(({ objectId }) => objectId);
        expect(ids).toEqual(expect.arrayContaining(settled));
      },
      { timeout: 20_000 },
    );
  };
  const later = { provider: connect(), comeTrue };
  return {
    provider: patiently(later),
    impatient: patiently({ provider: connect({}, impatienceMs), comeTrue }),
    later,
    simulator,
    notifications,
    connect,
    received,
    authorization: ({ amountMinor, currency }, written) =>
      checkout(
        {
          ...{ amount: amountMinor, currency },
          ...(written && { merchantReference: `oms.${written.tenantId}.${written.orgId}.7` }),
        },
        'authorized',
      ),
    unconfirmed: () => checkout({ amount: 24_500, status: 'refused' }, 'authorization_failed'),
    unknownReference: () => randomBytes(8).toString('hex').toUpperCase(),
    ...steerSimulator(control, simulated),
    close: async () => {
      await simulator.stop();
      await endpoint.close();
    },
  };
}
