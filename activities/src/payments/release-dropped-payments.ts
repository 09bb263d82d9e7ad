import { actOnUnusedPayment, type OrderRef } from '@oms/domain';
import {
  decideDroppedRelease,
  findDroppedPayments,
  settleDroppedPayment,
  type DroppedPayment,
  type DroppedRelease,
} from '@oms/database';
import type { PaymentProvider } from '@oms/payments';

import { withDatabase } from '../kit/database-fault.js';
import { answerOf, paymentActor, providerFor, type PaymentActivityDependencies } from './payment-context.js';
import { findSaid } from './release-unused-payment.js';

/**
 * Releases the payments that a draft named before its reference was changed: voids their holds, or refunds what the checkout
 * has captured. A payment that an order has, or waits for, is left to that order.
 *
 * @throws ApplicationFailure, retryable, until the provider has answered
 */
export async function releaseDroppedPayments(
  deps: PaymentActivityDependencies,
  ref: OrderRef,
): Promise<void> {
  const { database, providers } = deps;
  for (const dropped of await withDatabase(() => findDroppedPayments(database, ref))) {
    const provider = providerFor(providers, dropped);
    const release = dropped.release ?? (await decided(deps, ref, dropped, provider));
    const kept = release && (await carriedOut(provider, ref, dropped, release));
    await withDatabase(() =>
      settleDroppedPayment(database, ref, dropped, {
        ...(release ? { release } : {}),
        ...(kept === undefined ? {} : { kept }),
        actor: paymentActor,
      }),
    );
  }
}

/** The release of a payment; `undefined` where nothing of it is released. */
async function decided(
  { database }: PaymentActivityDependencies,
  ref: OrderRef,
  dropped: DroppedPayment,
  provider: PaymentProvider,
): Promise<DroppedRelease | undefined> {
  const found = await findSaid(provider, dropped);
  if (!found) return undefined;
  const { currency, authorizedMinor, capturedMinor, refundedMinor } = found;
  const operation = actOnUnusedPayment(
    { ...found, refundedElsewhereMinor: refundedMinor },
    { ...ref, mustBeNamed: dropped.mustBeNamed },
  );
  if (operation !== 'void' && operation !== 'refund') return undefined;
  const release = {
    operation,
    currency,
    amountMinor: operation === 'void' ? authorizedMinor : capturedMinor,
  };
  const isDecided = await withDatabase(() => decideDroppedRelease(database, ref, dropped, release));
  return isDecided ? release : undefined;
}

/** @returns the provider's reason where it keeps the money */
async function carriedOut(
  provider: PaymentProvider,
  { orderId }: OrderRef,
  { ordinal, reference }: DroppedPayment,
  { operation, amountMinor, currency }: DroppedRelease,
): Promise<string | undefined> {
  // Apart from the keys of the payment that the order takes.
  const idempotencyKey = `${orderId}:${operation}:dropped-${ordinal}`;
  const call = { reference, idempotencyKey };
  const answer = await answerOf<unknown>(
    operation === 'void'
      ? await provider.void(call)
      : await provider.refund({ ...call, amountMinor, currency }),
  );
  return answer.kind === 'declined' ? answer.message : undefined;
}
