import { randomUUID } from 'node:crypto';

import { CancellationReason, type TenantScope } from '@oms/domain';
import { expect, vi } from 'vitest';

import type {
  AuthorizeCall,
  MoneyCall,
  PaymentProvider,
  ProviderCall,
  ProviderOutcome,
} from '../payment-provider.js';

/**
 * The faults that a test can set at the provider. `before` and `after` tell whether the effect takes place. With
 * `stored` the provider keeps the failure under the call's idempotency key and repeats it. `late` is an effect that
 * takes place after the adapter's timeout.
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

/** The answer of an adapter to `authorize`. */
export type AuthorizeOutcome = Awaited<ReturnType<PaymentProvider['authorize']>>;

/** The operations that change something at a provider. */
export type ProviderEffect = 'capture' | 'void' | 'refund';
export type ProviderOperation = ProviderEffect | 'find';

/** Money, or the hold on it, that has moved at the provider. */
export interface Movement {
  readonly type: ProviderEffect;
  readonly amountMinor: number;
}

/** In what providers differ. */
export interface ProviderTraits {
  /**
   * Whether the provider answers how a payment stands. Of one that does not, nothing is known before its webhooks
   * have come, and a failure that it keeps under a key cannot be shown to have had no effect.
   */
  readonly canBeAsked: boolean;
  /** Whether captures, voids and refunds are taken first and come true later. */
  readonly settlesLater: boolean;
}

export const usualTraits: ProviderTraits = { canBeAsked: true, settlesLater: false };

/** A provider that can be steered: the adapter under test and, behind it, a server of the provider's wire format. */
export interface SteeredProvider {
  /** Waits for an answer for as long as a busy machine may need for it. */
  readonly provider: PaymentProvider;
  /** Waits for a second, so that what hangs is soon given up. */
  readonly impatient: PaymentProvider;
  /**
   * An authorisation that a checkout has made.
   *
   * @param written the owner as the checkout writes it into the payment, readable or not. Left out: nothing
   */
  authorization(
    money: { readonly amountMinor: number; readonly currency: string },
    written?: TenantScope,
  ): Promise<string>;
  /** A payment that the customer has not confirmed yet. */
  unconfirmed(): Promise<string>;
  /** A reference of the provider's form that it does not know. */
  unknownReference(): string;
  /** The next `times` calls of this operation on this payment go wrong. */
  fault(operation: ProviderOperation, reference: string, fault: ProviderFault, times?: number): Promise<void>;
  /** The provider declines the next capture of this payment. */
  decline(reference: string): Promise<void>;
  /** The movements of this payment in the provider's own ledger, in order. */
  movements(reference: string): Promise<readonly Movement[]>;
  /** Of a provider that settles later; `provider` and `impatient` are callers that wait for it. */
  readonly later?: LaterSettlement;
  close(): Promise<void>;
}

export interface LaterSettlement {
  /** The adapter itself, which answers `pending`. */
  readonly provider: PaymentProvider;
  /** Makes what the provider has taken for this payment come true, and delivers its webhooks. */
  comeTrue(reference: string): Promise<void>;
}

/** The adapter as a caller sees it who, at `pending`, waits until it has come true and calls again. */
export function patiently({ provider, comeTrue }: LaterSettlement): PaymentProvider {
  const settled =
    <Call extends ProviderCall, Done>(operation: (call: Call) => Promise<ProviderOutcome<Done>>) =>
    async (call: Call): Promise<ProviderOutcome<Done>> => {
      const outcome = await operation(call);
      if (outcome.kind !== 'pending') return outcome;
      await comeTrue(call.reference);
      return operation(call);
    };
  return {
    name: provider.name,
    canBeAsked: provider.canBeAsked,
    moneyStepMinor: (currency) => provider.moneyStepMinor(currency),
    find: (reference) => provider.find(reference),
    authorize: (call) => provider.authorize(call),
    capture: settled((call: MoneyCall) => provider.capture(call)),
    void: settled((call: ProviderCall) => provider.void(call)),
    refund: settled((call: MoneyCall) => provider.refund(call)),
    listRefunds: (reference) => provider.listRefunds(reference),
  };
}

/** The answer about an unknown reference. */
export function ofUnknownReference({ canBeAsked }: ProviderTraits): object {
  return canBeAsked
    ? { kind: 'declined', reason: CancellationReason.PaymentReferenceNotFound }
    : { kind: 'transient' };
}

const money = { amountMinor: 24_500, currency: 'USD' } as const;

/** A call of 245.00 USD under a key of its own, for an order that any payment may pay for. */
export function callFor(reference: string, change: Partial<AuthorizeCall> = {}): AuthorizeCall {
  return { reference, idempotencyKey: `order-${randomUUID()}:1`, mayPay: () => true, ...money, ...change };
}

/** An authorisation of 245.00 USD. */
export function authorized(steered: SteeredProvider, written?: TenantScope): Promise<string> {
  return steered.authorization(money, written);
}

/** Calls as a caller should until the outcome is a decision or done: after `unknown` it asks before it repeats. */
export async function settle(
  { provider, later }: SteeredProvider,
  reference: string,
  operation: () => Promise<ProviderOutcome<object>>,
): Promise<ProviderOutcome<object>> {
  return vi.waitFor(
    async () => {
      const outcome = await operation();
      if (outcome.kind === 'unknown') {
        await later?.comeTrue(reference);
        expect(await provider.find(reference)).toMatchObject({ payment: { reference } });
      }
      expect(['done', 'declined'], JSON.stringify(outcome)).toContain(outcome.kind);
      return outcome;
    },
    { timeout: 30_000, interval: 20 },
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
