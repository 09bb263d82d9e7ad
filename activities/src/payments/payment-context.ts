import { PaymentStatus, type Actor, type OrderRef } from '@oms/domain';
import { FailureType, type PaymentFaultDetail, type CancellationDecision } from '@oms/contracts/temporal';
import {
  findOrderPayment,
  recordDecline,
  recordUnknownOutcome,
  type Database,
  type OrderPayment,
} from '@oms/database';
import type {
  Declined,
  PaymentProvider,
  PaymentProviders,
  PaymentSnapshot,
  ProviderOutcome,
} from '@oms/payments';
import { ApplicationFailure } from '@temporalio/common';

import { withDatabase } from '../kit/database-fault.js';

export interface PaymentActivityDependencies {
  readonly database: Database;
  readonly providers: PaymentProviders;
}

export const paymentActor: Actor = { type: 'system', id: 'payments' };

/**
 * The key of an operation on an order's payment: the same operation always has the same key.
 *
 * @param ordinal counts refunds, the first of which undoes a whole order, and captures, of which there is a second if an
 *   operator states that the first did not happen
 */
export function operationKey(
  ref: OrderRef,
  operation: 'authorize' | 'capture' | 'void' | 'refund',
  ordinal = 1,
): string {
  return `${ref.orderId}:${operation}:${ordinal}`;
}

/** @throws ApplicationFailure, retryable: the order waits until a worker with this provider's adapter takes it */
export function providerFor(
  providers: PaymentProviders,
  payment: Pick<OrderPayment, 'provider'>,
): PaymentProvider {
  const provider = providers[payment.provider];
  if (provider) return provider;
  throw ApplicationFailure.create({
    type: FailureType.PaymentProviderNotConfigured,
    message: `no adapter for the payment provider ${payment.provider} is configured`,
  });
}

/**
 * Sorts a provider's outcome: decisions are returned, faults are thrown as retryable failures.
 *
 * @param onUnknown runs before the failure of an unknown outcome is thrown, to make the state visible
 */
export async function answerOf<Done>(
  outcome: ProviderOutcome<Done>,
  onUnknown: (message: string) => Promise<void> = () => Promise.resolve(),
): Promise<({ readonly kind: 'done' } & Done) | Declined> {
  switch (outcome.kind) {
    case 'done':
    case 'declined':
      return outcome;
    case 'transient':
      throw ApplicationFailure.create({
        type: FailureType.PaymentProviderUnavailable,
        message: outcome.message,
        ...(outcome.retryAfterMs === undefined ? {} : { nextRetryDelay: outcome.retryAfterMs }),
      });
    case 'unknown':
      await onUnknown(outcome.message);
      throw ApplicationFailure.create({ type: FailureType.PaymentOutcomeUnknown, message: outcome.message });
    case 'pending':
      throw ApplicationFailure.create({ type: FailureType.PaymentOutcomePending, message: outcome.message });
  }
}

/** Shows that the outcome of an operation is unknown. See {@link answerOf}. */
export function markUnknown(
  database: Database,
  ref: OrderRef,
  operation: 'capture' | 'void' | 'refund',
): (message: string) => Promise<void> {
  return (message) =>
    withDatabase(() => recordUnknownOutcome(database, ref, { operation, message, actor: paymentActor }));
}

/**
 * Runs a step of a payment. If it fails while the payment's outcome is unknown, its failure says so. The last attempt's
 * own fault (the provider cannot be reached) does not tell that an earlier attempt may have had its effect.
 */
export async function tellingOutcome<Result>(
  database: Database,
  ref: OrderRef,
  step: () => Promise<Result>,
): Promise<Result> {
  try {
    return await step();
  } catch (error) {
    if (!(error instanceof ApplicationFailure)) throw error;
    // The step's fault counts, not a failure of the database on top of it.
    const payment = await findOrderPayment(database, ref).catch(() => undefined);
    if (payment?.paymentStatus !== PaymentStatus.Unknown) throw error;
    const detail: PaymentFaultDetail = { paymentStatus: PaymentStatus.Unknown };
    throw ApplicationFailure.create({
      message: error.message,
      details: [detail],
      ...(error.type ? { type: error.type } : {}),
      ...(error.nextRetryDelay ? { nextRetryDelay: error.nextRetryDelay } : {}),
      ...(error.nonRetryable ? { nonRetryable: true } : {}),
    });
  }
}

/** The order's payment at the provider; `undefined` if the provider does not know the reference. */
export async function findAtProvider(
  provider: PaymentProvider,
  payment: OrderPayment,
): Promise<PaymentSnapshot | undefined> {
  const answer = await answerOf(await provider.find(payment.reference));
  return answer.kind === 'done' ? answer.payment : undefined;
}

/** Records a decision against the order, and hands it to the workflow. */
export async function refuse(
  database: Database,
  ref: OrderRef,
  decline: Omit<Declined, 'kind'>,
): Promise<{ readonly kind: 'refused' } & CancellationDecision> {
  const { reason, message, declineCode } = decline;
  await withDatabase(() =>
    recordDecline(database, ref, {
      reason,
      data: { message, ...(declineCode === undefined ? {} : { declineCode }) },
      actor: paymentActor,
    }),
  );
  const code = declineCode === undefined || message.includes(declineCode) ? '' : ` (${declineCode})`;
  return { kind: 'refused', reason, detail: `${message}${code}` };
}

/** Whether the ledger shows the order's money as captured, or there was none to capture. */
export function isCaptured(payment: OrderPayment): boolean {
  return payment.ledger ? payment.ledger.capturedMinor > 0 : payment.paymentStatus === PaymentStatus.Captured;
}
