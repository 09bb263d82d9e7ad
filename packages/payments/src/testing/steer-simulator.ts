import { z } from 'zod';

import type { PaymentSimulator } from './payment-simulator.js';
import type { Movement, ProviderFault, ProviderOperation, SteeredProvider } from './steered-provider.js';

/** How long the two adapters of a {@link SteeredProvider} wait for an answer. */
export const patienceMs = 10_000;
export const impatienceMs = 1_000;

const usualFaults: Record<ProviderFault, object> = {
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

/** In what the simulator's control API differs from one provider to the next. */
export interface SimulatedProvider {
  readonly operations: Readonly<Record<ProviderOperation, string>>;
  /** With which it declines a capture. */
  readonly declineCode: string;
  /** Where its faults are not the usual ones. */
  readonly faults?: Partial<Record<ProviderFault, object>>;
}

const ledger = z.object({
  entries: z.array(
    z.object({
      operation: z.enum(['authorize', 'capture', 'capture_failed', 'void', 'refund', 'refund_failed']),
      amount: z.int(),
    }),
  ),
});

/** Steers the provider that the payment simulator plays, by its control API. */
export function steerSimulator(
  control: PaymentSimulator['control'],
  { operations, declineCode, faults }: SimulatedProvider,
): Pick<SteeredProvider, 'fault' | 'decline' | 'movements'> {
  const misbehave = async (
    operation: ProviderOperation,
    paymentIntent: string,
    how: object,
  ): Promise<void> => {
    await control('POST', 'faults', { operation: operations[operation], match: { paymentIntent }, ...how });
  };
  return {
    fault: (operation, reference, fault, times = 1) =>
      misbehave(operation, reference, { times, ...usualFaults[fault], ...faults?.[fault] }),
    decline: (reference) => misbehave('capture', reference, { kind: 'decline', declineCode, times: 1 }),
    async movements(reference) {
      const { entries } = ledger.parse(await control('GET', `ledger?payment_intent=${reference}`));
      return entries.flatMap(({ operation, amount }): readonly Movement[] =>
        operation === 'capture' || operation === 'void' || operation === 'refund'
          ? [{ type: operation, amountMinor: amount }]
          : [],
      );
    },
  };
}
