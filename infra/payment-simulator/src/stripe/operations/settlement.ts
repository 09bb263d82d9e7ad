import { LedgerOperation } from '../../store/ledger.js';
import { amountProblem } from '../currencies.js';
import { declineOf } from '../declines.js';
import type { Execution } from '../execution.js';
import type { ChargeRecord, IntentRecord, IntentStatus } from '../records.js';
import { invalidRequest, StripeError } from '../stripe-error.js';

/**
 * Captures held money, once. A partial capture releases the rest.
 *
 * @throws StripeError 400 when the intent's status forbids it, or for more than is held; 402 for an issuer's decline
 * @see https://docs.stripe.com/api/payment_intents/capture
 */
export function captureIntent(
  execution: Execution,
  intent: IntentRecord,
  amountToCapture: number | undefined,
): IntentRecord {
  if (intent.status !== 'requires_capture') throw notToBeCaptured(execution, intent);
  const amount = amountToCapture ?? intent.amount_capturable;
  if (amount > intent.amount_capturable) {
    const message =
      `The requested capture amount is greater than the remaining amount you can capture. This PaymentIntent ` +
      `has ${intent.amount_capturable} remaining and you attempted to capture ${amount}.`;
    throw invalidRequest(message, { code: 'amount_too_large', param: 'amount_to_capture' });
  }
  const problem = amountProblem(amount, intent.currency, 'amount_to_capture');
  if (problem) throw problem;
  const charge = chargeOf(execution, intent);
  refuseIfIssuerDeclines(execution, intent, charge);

  const released = charge.amount - amount;
  execution.enter(LedgerOperation.Capture, intent, amount);
  execution.putCharge(
    { ...charge, captured: true, amount_captured: amount, amount_refunded: released },
    'charge.captured',
  );
  return execution.putIntent(
    { ...intent, status: 'succeeded', amount_capturable: 0, amount_received: amount },
    'payment_intent.succeeded',
  );
}

function notToBeCaptured(execution: Execution, intent: IntentRecord): StripeError {
  const why =
    intent.status === 'succeeded'
      ? 'it has already been captured.'
      : `it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be ` +
        'captured: requires_capture.';
  return unexpectedState(execution, intent, `This PaymentIntent could not be captured because ${why}`);
}

const cancelable: readonly IntentStatus[] = [
  'requires_payment_method',
  'requires_capture',
  'requires_confirmation',
  'requires_action',
  'processing',
];

/**
 * Cancels an intent that has not succeeded, and releases held money.
 *
 * @param reason the client's, or `automatic` for an expired authorisation
 * @throws StripeError 400 for a succeeded or canceled intent
 * @see https://docs.stripe.com/api/payment_intents/cancel
 */
export function cancelIntent(
  execution: Execution,
  intent: IntentRecord,
  reason: string | null,
): IntentRecord {
  if (!cancelable.includes(intent.status)) {
    const message =
      `You cannot cancel this PaymentIntent because it has a status of ${intent.status}. Only a PaymentIntent with ` +
      `one of the following statuses may be canceled: ${cancelable.join(', ')}.`;
    throw unexpectedState(execution, intent, message);
  }
  if (intent.status === 'requires_capture') {
    const charge = chargeOf(execution, intent);
    refuseIfIssuerDeclines(execution, intent, charge);
    execution.enter(LedgerOperation.Void, intent, intent.amount_capturable);
    const announce = reason === 'automatic' ? (['charge.expired'] as const) : [];
    execution.putCharge({ ...charge, amount_refunded: charge.amount }, ...announce);
  } else if (intent.status === 'processing') {
    execution.putCharge({ ...chargeOf(execution, intent), status: 'failed' });
  }
  return execution.putIntent(
    {
      ...intent,
      status: 'canceled',
      amount_capturable: 0,
      canceled_at: execution.nowSeconds,
      cancellation_reason: reason,
    },
    'payment_intent.canceled',
  );
}

/** Throws before any change, so that held money stays held. */
function refuseIfIssuerDeclines(execution: Execution, intent: IntentRecord, charge: ChargeRecord): void {
  const declineCode = execution.issuerDecline();
  if (declineCode === undefined) return;
  const { code, message } = declineOf(declineCode);
  throw new StripeError(402, {
    type: 'card_error',
    code,
    decline_code: declineCode,
    message,
    charge: charge.id,
    payment_intent: execution.render(intent),
  });
}

/** The charge of an intent. Every intent that was once authorised has one. */
export function chargeOf(execution: Execution, intent: IntentRecord): ChargeRecord {
  const id = intent.latest_charge;
  const charge = id === null ? undefined : execution.transaction.get(execution.records.charges, id);
  if (!charge) throw new Error(`payment intent ${intent.id} has no charge`);
  return charge;
}

/** 400: the intent's status does not allow it. @see https://docs.stripe.com/error-codes#payment-intent-unexpected-state */
export function unexpectedState(execution: Execution, intent: IntentRecord, message: string): StripeError {
  return invalidRequest(message, {
    code: 'payment_intent_unexpected_state',
    payment_intent: execution.render(intent),
  });
}
