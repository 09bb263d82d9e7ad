import { randomUUID } from 'node:crypto';

import { expect, vi } from 'vitest';

import type { MoneyCall, PaymentProvider, ProviderOutcome } from '../payment-provider.js';

/**
 * What can be made to go wrong at the provider. `before` and `after` say whether the effect takes place; with `stored`
 * the provider keeps the failure under the call's idempotency key and repeats it; `late` is an effect that takes place
 * when the adapter has given up waiting.
 */
export const providerFaults = [
  'error_before',
  'error_after',
  'stored_error_before',
  'stored_error_after',
  'hang_before',
  'hang_after',
  'late',
  'reset_before',
  'reset_after',
  'rate_limited',
] as const;
export type ProviderFault = (typeof providerFaults)[number];

/** The adapter for a call that this fault befalls. */
export function adapterFor(fault: ProviderFault, { provider, impatient }: SteeredProvider): PaymentProvider {
  return fault === 'hang_before' || fault === 'hang_after' || fault === 'late' ? impatient : provider;
}

/** The operations that change something at a provider. */
export type ProviderEffect = 'capture' | 'void' | 'refund';
export type ProviderOperation = ProviderEffect | 'find';

/** Money, or the hold on it, that has moved at the provider. */
export interface Movement {
  readonly type: ProviderEffect;
  readonly amountMinor: number;
}

/** A provider that can be steered: the adapter under test and, behind it, a server of the provider's wire format. */
export interface SteeredProvider {
  /** Waits for an answer for as long as a busy machine may need for it. */
  readonly provider: PaymentProvider;
  /** Waits for a fraction of a second, so that what hangs is soon given up. */
  readonly impatient: PaymentProvider;
  /** An authorisation that a checkout has made. */
  authorization(money: { readonly amountMinor: number; readonly currency: string }): Promise<string>;
  /** A payment of whatever amount that the customer has yet to confirm. */
  unconfirmed(): Promise<string>;
  /** A reference of the provider's form that it does not know. */
  unknownReference(): string;
  /** The next `times` calls of this operation on this payment go wrong. */
  fault(operation: ProviderOperation, reference: string, fault: ProviderFault, times?: number): Promise<void>;
  /** The provider declines the next capture of this payment. */
  decline(reference: string): Promise<void>;
  /** What has moved for this payment by the provider's own books, in order. */
  movements(reference: string): Promise<readonly Movement[]>;
  close(): Promise<void>;
}

const money = { amountMinor: 24_500, currency: 'USD' } as const;

/** A call of 245.00 USD under a key of its own. */
export function callFor(reference: string, change: Partial<MoneyCall> = {}): MoneyCall {
  return { reference, idempotencyKey: `order-${randomUUID()}:1`, ...money, ...change };
}

/** An authorisation of 245.00 USD. */
export function authorized(steered: SteeredProvider): Promise<string> {
  return steered.authorization(money);
}

/** Calls as a caller should until the outcome is a decision or done: after `unknown` it asks before it repeats. */
export async function settle(
  { provider }: SteeredProvider,
  reference: string,
  operation: () => Promise<ProviderOutcome<object>>,
): Promise<ProviderOutcome<object>> {
  return vi.waitFor(
    async () => {
      const outcome = await operation();
      if (outcome.kind === 'unknown') {
        expect(await provider.find(reference)).toMatchObject({ payment: { reference } });
      }
      expect(['done', 'declined'], JSON.stringify(outcome)).toContain(outcome.kind);
      return outcome;
    },
    { timeout: 8_000, interval: 20 },
  );
}

/** Calls until it is done, and fails where it comes to a decision. */
export async function converge(
  steered: SteeredProvider,
  reference: string,
  operation: () => Promise<ProviderOutcome<object>>,
): Promise<void> {
  expect(await settle(steered, reference, operation)).toMatchObject({ kind: 'done' });
}
