import { LedgerOperation } from '../../store/ledger.js';
import { declineOf } from '../declines.js';
import type { Execution } from '../execution.js';
import { newObjectId } from '../ids.js';
import { findPaymentMethod, type TestPaymentMethod } from '../payment-methods.js';
import type { ChargeRecord, IntentRecord } from '../records.js';
import { renderPaymentMethod } from '../render.js';
import { invalidRequest, resourceMissing, StripeError } from '../stripe-error.js';

/**
 * The time until a card's authorisation expires.
 *
 * @see https://docs.stripe.com/payments/place-a-hold-on-a-payment-method
 */
export const authorizationDays = 7;

/**
 * Tries to pay with the intent's payment method.
 *
 * @throws StripeError 402 when the payment is declined, which leaves a failed charge behind
 * @see https://docs.stripe.com/payments/paymentintents/lifecycle
 */
export function confirmIntent(execution: Execution, intent: IntentRecord): IntentRecord {
  const method = requirePaymentMethod(intent);
  const declineCode = execution.issuerDecline();
  if (declineCode !== undefined) throw declineIntent(execution, intent, method, declineCode);
  const { confirmation } = method;
  switch (confirmation.kind) {
    case 'approved':
      return approveIntent(execution, intent);
    case 'declined':
      throw declineIntent(execution, intent, method, confirmation.declineCode);
    case 'authentication_required':
      return execution.putIntent({ ...intent, status: 'requires_action' }, 'payment_intent.requires_action');
    case 'processing': {
      const charge = execution.putCharge(newCharge(execution, intent, method, 'pending'), 'charge.pending');
      return execution.putIntent(
        { ...intent, status: 'processing', latest_charge: charge.id },
        'payment_intent.processing',
      );
    }
  }
}

function requirePaymentMethod(intent: IntentRecord): TestPaymentMethod {
  if (intent.payment_method === null) {
    const message =
      "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the " +
      'PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment ' +
      'method or ConfirmationToken.';
    throw invalidRequest(message, { code: 'payment_intent_unexpected_state' });
  }
  return requireTestMethod(intent.payment_method);
}

/** @throws StripeError for an unknown payment method */
export function requireTestMethod(id: string): TestPaymentMethod {
  const method = findPaymentMethod(id);
  if (!method) throw resourceMissing('PaymentMethod', id, 'payment_method');
  return method;
}

/** The issuer approves: the money is held or, without manual capture, captured. */
export function approveIntent(
  execution: Execution,
  intent: IntentRecord,
  heldForSeconds = authorizationDays * 86_400,
): IntentRecord {
  const method = requirePaymentMethod(intent);
  const manual = intent.capture_method === 'manual';
  const charge: ChargeRecord = {
    ...(pendingCharge(execution, intent) ?? newCharge(execution, intent, method, 'succeeded')),
    status: 'succeeded',
    captured: !manual,
    amount_captured: manual ? 0 : intent.amount,
    capture_before: manual ? execution.nowSeconds + heldForSeconds : null,
  };
  execution.enter(LedgerOperation.Authorize, intent, intent.amount);
  execution.putCharge(charge, 'charge.succeeded');
  const paid = { ...intent, latest_charge: charge.id, last_payment_error: null };
  if (manual) {
    return execution.putIntent(
      { ...paid, status: 'requires_capture', amount_capturable: intent.amount },
      'payment_intent.amount_capturable_updated',
    );
  }
  execution.enter(LedgerOperation.Capture, intent, intent.amount);
  return execution.putIntent(
    { ...paid, status: 'succeeded', amount_received: intent.amount },
    'payment_intent.succeeded',
  );
}

/**
 * The issuer declines: the intent waits for another payment method.
 *
 * @returns the 402 to answer with
 * @see https://docs.stripe.com/declines
 */
export function declineIntent(
  execution: Execution,
  intent: IntentRecord,
  method: TestPaymentMethod,
  declineCode: string,
): StripeError {
  const { code, message } = declineOf(declineCode);
  const charge = execution.putCharge(
    {
      ...(pendingCharge(execution, intent) ?? newCharge(execution, intent, method, 'failed')),
      status: 'failed',
      failure_code: code,
      failure_message: message,
      decline_code: declineCode,
    },
    'charge.failed',
  );
  return failIntent(
    execution,
    { ...intent, latest_charge: charge.id },
    {
      code,
      decline_code: declineCode,
      charge: charge.id,
      message,
    },
  );
}

/** Fails the customer's authentication. @see https://docs.stripe.com/payments/3d-secure */
export function failAuthentication(execution: Execution, intent: IntentRecord): StripeError {
  return failIntent(execution, intent, {
    code: 'payment_intent_authentication_failure',
    message:
      'We are unable to authenticate your payment method. Please choose a different payment method and try again.',
  });
}

function failIntent(
  execution: Execution,
  intent: IntentRecord,
  failure: { code: string; message: string; decline_code?: string; charge?: string },
): StripeError {
  const method = intent.payment_method === null ? undefined : renderPaymentMethod(intent.payment_method);
  const error = { type: 'card_error', ...failure, ...(method ? { payment_method: method } : {}) } as const;
  const failed = execution.putIntent(
    { ...intent, status: 'requires_payment_method', payment_method: null, last_payment_error: error },
    'payment_intent.payment_failed',
  );
  return new StripeError(402, { ...error, payment_intent: execution.render(failed) });
}

function pendingCharge(execution: Execution, intent: IntentRecord): ChargeRecord | undefined {
  if (intent.status !== 'processing' || intent.latest_charge === null) return undefined;
  return execution.transaction.get(execution.records.charges, intent.latest_charge);
}

function newCharge(
  execution: Execution,
  intent: IntentRecord,
  method: TestPaymentMethod,
  status: ChargeRecord['status'],
): ChargeRecord {
  return {
    id: newObjectId('ch'),
    amount: intent.amount,
    amount_captured: 0,
    amount_refunded: 0,
    capture_before: null,
    captured: false,
    created: execution.nowSeconds,
    currency: intent.currency,
    failure_code: null,
    failure_message: null,
    decline_code: null,
    metadata: intent.metadata,
    payment_intent: intent.id,
    payment_method: method.id,
    status,
  };
}
