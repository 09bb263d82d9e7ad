import { randomUUID } from 'node:crypto';

import { z } from 'zod';

import { createStripeProvider } from '../stripe/stripe-provider.js';
import { startPaymentSimulator } from './payment-simulator.js';
import type { Movement, ProviderFault, ProviderOperation, SteeredProvider } from './steered-provider.js';

const apiKey = 'sk_test_contract';
const patienceMs = 10_000;
const impatienceMs = 300;

const operations = {
  find: 'payment_intents.retrieve',
  capture: 'payment_intents.capture',
  void: 'payment_intents.cancel',
  refund: 'refunds.create',
} as const satisfies Record<ProviderOperation, string>;

const faults: Record<ProviderFault, object> = {
  error_before: { kind: 'error_before', status: 503, stored: false },
  error_after: { kind: 'error_after', status: 503, stored: false },
  stored_error_before: { kind: 'error_before', stored: true },
  stored_error_after: { kind: 'error_after', stored: true },
  hang_before: { kind: 'hang_before' },
  hang_after: { kind: 'hang_after' },
  late: { kind: 'slow', delayMs: impatienceMs * 2 },
  reset_before: { kind: 'reset_before' },
  reset_after: { kind: 'reset_after' },
  rate_limited: { kind: 'rate_limit', retryAfterSeconds: 1 },
};

const ids = z.object({ ids: z.tuple([z.string()]) });
const ledger = z.object({
  entries: z.array(
    z.object({
      operation: z.enum(['authorize', 'capture', 'void', 'refund', 'refund_failed']),
      amount: z.int(),
    }),
  ),
});

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
    authorization: ({ amountMinor, currency }) => checkout({ amount: amountMinor, currency }),
    unconfirmed: () => createUnconfirmed(baseUrl),
    unknownReference: () => `pi_${randomUUID().replaceAll('-', '')}`,
    fault: async (operation, paymentIntent, fault, times = 1) => {
      await control('POST', 'faults', {
        operation: operations[operation],
        match: { paymentIntent },
        times,
        ...faults[fault],
      });
    },
    decline: async (paymentIntent) => {
      await control('POST', 'faults', {
        operation: operations.capture,
        kind: 'decline',
        declineCode: 'insufficient_funds',
        match: { paymentIntent },
        times: 1,
      });
    },
    movements: async (reference) => {
      const { entries } = ledger.parse(await control('GET', `ledger?payment_intent=${reference}`));
      return entries.flatMap(({ operation, amount }): readonly Movement[] =>
        operation === 'authorize' || operation === 'refund_failed'
          ? []
          : [{ type: operation, amountMinor: amount }],
      );
    },
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
