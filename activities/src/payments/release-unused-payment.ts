import { actOnUnusedPayment, type OrderRef } from '@oms/domain';
import { FailureType } from '@oms/contracts/temporal';
import {
  claimUnusedPayment,
  findUnusedPayment,
  recordRelease,
  type OrderPayment,
  type Release,
} from '@oms/database';
import type { PaymentProvider, PaymentSnapshot, ProviderRefund } from '@oms/payments';
import { ApplicationFailure } from '@temporalio/common';

import { withDatabase } from '../kit/database-fault.js';
import {
  answerOf,
  operationKey,
  paymentActor,
  providerFor,
  type PaymentActivityDependencies,
} from './payment-context.js';
import { recordRefundsAtProvider } from './refunds-at-provider.js';

/**
 * Lets go of the payment that an order names and does not take: voids its hold, or refunds what the checkout has captured.
 * The payment is claimed first, so that no other order takes it meanwhile. A payment that another order has, or waits for, is
 * left to that order. A no-op for an order that takes its payment.
 *
 * @throws ApplicationFailure, retryable, until the provider has answered
 */
export async function releaseUnusedPayment(deps: PaymentActivityDependencies, ref: OrderRef): Promise<void> {
  const { database } = deps;
  const unused = await withDatabase(() => findUnusedPayment(database, ref));
  if (!unused) return;
  const { payment, noted } = unused;
  const release = await releaseOf(deps, ref, payment);
  await withDatabase(() => recordRelease(database, ref, { noted, release, actor: paymentActor }));
}

async function releaseOf(
  { database, providers }: PaymentActivityDependencies,
  ref: OrderRef,
  payment: OrderPayment,
): Promise<Release> {
  const provider = providerFor(providers, payment);
  const found = await findSaid(provider, payment);
  if (!found) return { kind: 'left' };
  const refunds = found.state === 'captured' ? await listRefunds(provider, payment) : [];
  const own = refunds.find((refund) => refund.operationKey === operationKey(ref, 'refund'));
  const ownMinor = own && own.state !== 'failed' ? own.amountMinor : 0;
  const act = actOnUnusedPayment(
    { ...found, refundedElsewhereMinor: Math.max(0, found.refundedMinor - ownMinor) },
    { ...ref, mustBeNamed: payment.mustBeNamed },
  );
  const { owner, currency, authorizedMinor, capturedMinor } = found;
  if (act === 'leave' || !owner) {
    // A claimed hold that is gone: an earlier attempt released it, and its answer was lost.
    const isGone = found.state === 'voided' || found.state === 'not_authorized';
    return payment.ledger && isGone ? voided(ref, payment, found) : { kind: 'left' };
  }
  const moneyStepMinor = provider.moneyStepMinor(currency);
  const money = { owner, currency, moneyStepMinor, authorizedMinor, capturedMinor };
  if (!(await withDatabase(() => claimUnusedPayment(database, ref, money)))) return { kind: 'left' };
  switch (act) {
    case 'void':
      return voidHold(provider, ref, payment, found);
    case 'refund':
      return refundAll(provider, ref, found, own);
    case 'keep':
      await recordRefundsAtProvider(database, ref, payment, provider);
      return {
        kind: 'kept',
        reason: 'the payment was refunded in part, and may have paid for another purchase',
      };
  }
}

/** The payment at its provider; `undefined` while there is none, or while only a notification can tell of it. */
export async function findSaid(
  provider: PaymentProvider,
  { reference }: Pick<OrderPayment, 'reference'>,
): Promise<PaymentSnapshot | undefined> {
  const said = await provider.find(reference);
  // The answer of a provider that cannot be asked changes by a notification only, after which the order looks again.
  if (said.kind === 'transient' && !provider.canBeAsked) return undefined;
  const answer = await answerOf(said);
  return answer.kind === 'done' ? answer.payment : undefined;
}

async function listRefunds(
  provider: PaymentProvider,
  { reference }: OrderPayment,
): Promise<readonly ProviderRefund[]> {
  const answer = await answerOf(await provider.listRefunds(reference));
  return answer.kind === 'done' ? answer.refunds : [];
}

async function voidHold(
  provider: PaymentProvider,
  ref: OrderRef,
  payment: OrderPayment,
  found: PaymentSnapshot,
): Promise<Release> {
  const { reference } = payment;
  const answer = await answerOf(
    await provider.void({ reference, idempotencyKey: operationKey(ref, 'void') }),
  );
  if (answer.kind === 'done') return voided(ref, payment, found);
  // The next attempt sees what the payment has become meanwhile.
  throw ApplicationFailure.create({
    type: FailureType.PaymentReversalRefused,
    message: `the payment is held, and the provider does not let it go: ${answer.message}. Somebody has to look at it`,
  });
}

function voided(
  ref: OrderRef,
  { ledger }: OrderPayment,
  { reference, currency, authorizedMinor }: PaymentSnapshot,
): Release {
  const amountMinor = ledger?.authorizedMinor ?? authorizedMinor;
  const movement = { idempotencyKey: operationKey(ref, 'void'), amountMinor, providerObjectId: reference };
  return { kind: 'void', movement, currency };
}

/** @param own the refund of an earlier attempt, whose amount belongs to its key */
async function refundAll(
  provider: PaymentProvider,
  ref: OrderRef,
  { reference, currency, capturedMinor }: PaymentSnapshot,
  own: ProviderRefund | undefined,
): Promise<Release> {
  const idempotencyKey = operationKey(ref, 'refund');
  const amountMinor = own?.amountMinor ?? capturedMinor;
  const answer = await answerOf(await provider.refund({ reference, amountMinor, currency, idempotencyKey }));
  if (answer.kind === 'declined') return { kind: 'kept', reason: answer.message };
  const movement = { idempotencyKey, amountMinor: answer.amountMinor, providerObjectId: answer.refundId };
  return { kind: 'refund', movement, currency };
}
