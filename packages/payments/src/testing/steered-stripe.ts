import { randomUUID } from 'node:crypto';

import { z } from 'zod';

import { createStripeProvider } from '../stripe/stripe-provider.js';
import { startPaymentSimulator } from './payment-simulator.js';
import type { SteeredProvider } from './steered-provider.js';
import { impatienceMs, patienceMs, steerSimulator, type SimulatedProvider } from './steer-simulator.js';

const apiKey = 'sk_test_contract';

const simulated: SimulatedProvider = {
  operations: {
    find: 'payment_intents.retrieve',
    capture: 'payment_intents.capture',
    void: 'payment_intents.cancel',
    refund: 'refunds.create',
  },
  declineCode: 'insufficient_funds',
};

const ids = z.object({ ids: z.tuple([z.string()]) });

/** The Stripe adapter with the payment simulator behind it. */
export async function steeredStripe(): Promise<
  SteeredProvider & { advanceClock(hours: number): Promise<void> }
> {
  const { baseUrl, control, stop } = await startPaymentSimulator();
  const checkout = async (body: object): Promise<string> =>
    ids.parse(await control('POST', 'payment-intents', body)).ids[0];
  return {
    provider: createStripeProvider({ apiKey, baseUrl, timeoutMs: patienceMs }),
    impatient: createStripeProvider({ apiKey, baseUrl, timeoutMs: impatienceMs }),
    authorization: ({ amountMinor, currency }, written) =>
      checkout({
        ...{ amount: amountMinor, currency },
        ...(written && { metadata: { tenant_id: written.tenantId, org_id: written.orgId, cart: '7' } }),
      }),
    unconfirmed: () => createUnconfirmed(baseUrl),
    unknownReference: () => `pi_${randomUUID().replaceAll('-', '')}`,
    ...steerSimulator(control, simulated),
    advanceClock: async (hours) => {
      await control('POST', 'clock/advance', { seconds: hours * 3_600 });
    },
    close: stop,
  };
}

/** As a checkout does that has not got further than to ask for a payment. */
async function createUnconfirmed(baseUrl: string): Promise<string> {
  const response = await fetch(`${baseUrl}/v1/payment_intents`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}` },
    body: new URLSearchParams({ amount: '24500', currency: 'usd', capture_method: 'manual' }),
  });
  return z.object({ id: z.string() }).parse(await response.json()).id;
}
