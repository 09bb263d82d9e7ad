import { randomInt } from 'node:crypto';

import { z } from 'zod';

import type { PaymentNotification, ReceivedNotifications } from '../payment-notification.js';
import type { PaymentProvider } from '../payment-provider.js';
import type { PayPalConfig } from '../paypal/paypal-client.js';
import { createPayPalProvider } from '../paypal/paypal-provider.js';
import { startPaymentSimulator, type PaymentSimulator } from './payment-simulator.js';
import type { SteeredProvider } from './steered-provider.js';
import { impatienceMs, patienceMs, steerSimulator, type SimulatedProvider } from './steer-simulator.js';

const simulated: SimulatedProvider = {
  operations: {
    find: 'paypal.authorizations.get',
    capture: 'paypal.authorizations.capture',
    void: 'paypal.authorizations.void',
    refund: 'paypal.captures.refund',
  },
  declineCode: '5120',
  // PayPal stores no failures under its keys: what is stored elsewhere is here a failure like any other.
  faults: { stored_error_before: { stored: false }, stored_error_after: { stored: false } },
};

const ids = z.object({ ids: z.tuple([z.string()]) });
const captures = z.object({ captures: z.array(z.object({ id: z.string(), status: z.string() })) });
const requests = z.object({
  requests: z.array(z.object({ operation: z.string(), idempotency_key: z.string().nullable() })),
});

/** The control of a test over PayPal, beside the control that it has over every provider. */
export interface SteeredPayPal extends SteeredProvider {
  readonly config: PayPalConfig;
  readonly control: PaymentSimulator['control'];
  /** A provider that has received these notifications. */
  readonly providerWith: (notifications: readonly PaymentNotification[]) => PaymentProvider;
  checkout(body: object): Promise<string>;
  /** The captures of a payment, oldest first. */
  captures(reference: string): Promise<readonly { readonly id: string; readonly status: string }[]>;
  /** The operations that were asked for, without access tokens. */
  asked(reference: string): Promise<readonly string[]>;
  advanceClock(days: number): Promise<void>;
}

/** Nothing was ever received. */
export const noNotifications: ReceivedNotifications = { about: () => Promise.resolve([]) };

/** The PayPal adapter with the payment simulator behind it. */
export async function steeredPayPal(): Promise<SteeredPayPal> {
  const { baseUrl, control, stop } = await startPaymentSimulator();
  const credentials = { clientId: 'client-contract', clientSecret: 'secret-contract' } as const;
  const where = { environment: 'sandbox', apiBaseUrl: `${baseUrl}/paypal` } as const;
  const config = { ...credentials, ...where, timeoutMs: patienceMs };
  const checkout = async (body: object): Promise<string> =>
    ids.parse(await control('POST', 'paypal/authorizations', body)).ids[0];
  const impatient = createPayPalProvider(
    { ...config, timeoutMs: impatienceMs },
    { notifications: noNotifications },
  );
  // So that no fault of a short patience befalls the request for an access token.
  await impatient.find(unknownReference());
  return {
    config,
    control,
    checkout,
    provider: createPayPalProvider(config, { notifications: noNotifications }),
    impatient,
    providerWith: (notifications) =>
      createPayPalProvider(config, { notifications: { about: () => Promise.resolve(notifications) } }),
    authorization: ({ amountMinor, currency }, written) =>
      checkout({
        ...{ amount: amountMinor, currency },
        ...(written && { customId: `oms.${written.tenantId}.${written.orgId}.7` }),
      }),
    // Before a payer has agreed there is no authorisation at PayPal; the nearest is one that was denied.
    unconfirmed: () => checkout({ amount: 24_500, status: 'DENIED' }),
    unknownReference,
    ...steerSimulator(control, simulated),
    captures: async (reference) =>
      captures.parse(await control('GET', `paypal/authorizations/${reference}/captures`)).captures,
    asked: async (reference) =>
      requests
        .parse(await control('GET', `requests?payment_intent=${reference}`))
        .requests.map(({ operation }) => operation.replace('paypal.', '')),
    advanceClock: async (days) => {
      await control('POST', 'clock/advance', { days });
    },
    close: stop,
  };
}

function unknownReference(): string {
  return Array.from({ length: 17 }, () => 'ABCDEFGHJKLMNPRSTUVWXY3456789'[randomInt(29)]).join('');
}
