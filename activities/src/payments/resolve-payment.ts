import { RefusalCode, sayAmount, type Refusal, type ProviderSource, type ProviderWord } from '@oms/domain';
import type { ChangeOrderResult, ResolvePaymentInput } from '@oms/contracts/temporal';
import { findOrderPayment, recordPaymentStatement, type OrderPayment } from '@oms/database';
import type { PaymentProvider } from '@oms/payments';

import { withDatabase } from '../kit/database-fault.js';
import { ifWellFormed } from '../kit/well-formed.js';
import type { PaymentActivityDependencies } from './payment-context.js';

/** See `createPaymentActivities`. */
export function resolvePayment(
  dependencies: PaymentActivityDependencies,
  change: ResolvePaymentInput,
): Promise<ChangeOrderResult> {
  return ifWellFormed(change, (parsed) => resolve(dependencies, parsed));
}

async function resolve(
  { database, providers }: PaymentActivityDependencies,
  change: ResolvePaymentInput,
): Promise<ChangeOrderResult> {
  const payment = await withDatabase(() => findOrderPayment(database, change));
  if (!payment) return notPossible('the order is paid for by invoice: no provider has its money');
  const provider = providers[payment.provider];
  if (!provider) {
    return notPossible(
      `no adapter for the payment provider ${payment.provider} is configured: it cannot be asked first`,
    );
  }
  // An order that never claimed its reference learns nothing of the payment: it may be another tenant's.
  const { source, said } = payment.ledger ? await ask(provider, payment) : unasked;
  return withDatabase(() =>
    recordPaymentStatement(database, { change, provider: source, providerSaid: said }),
  );
}

async function ask(
  provider: PaymentProvider,
  { reference, currency: code, currencyExponent: exponent }: OrderPayment,
): Promise<{ readonly source: ProviderSource; readonly said: string }> {
  const isUnasked = !provider.canBeAsked;
  const answer = await provider.find(reference);
  if (answer.kind !== 'done') return { source: { isUnasked }, said: `no answer: ${answer.message}` };
  const { state, capturedMinor, refundedMinor } = answer.payment ?? unheardOf;
  const say = (amountMinor: number): string => sayAmount(amountMinor, { code, exponent });
  return {
    source: { isUnasked, word: { state, capturedMinor, refundedMinor } },
    said: `${state}, ${say(capturedMinor)} captured, ${say(refundedMinor)} refunded`,
  };
}

/** A payment that the provider does not know. */
const unheardOf: ProviderWord = { state: 'not_authorized', capturedMinor: 0, refundedMinor: 0 };

const unasked = { source: { isUnasked: true }, said: 'not asked: the order has not claimed its payment' };

function notPossible(message: string): Refusal {
  return { kind: 'refused', code: RefusalCode.StatementNotPossible, message };
}
