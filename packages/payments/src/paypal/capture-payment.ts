import { CancellationReason } from '@oms/domain';

import { declined, pending, transient, unknown } from '../kit/outcome.js';
import { decisionOf, outcomeOf, type Decisions, type Refused } from '../kit/provider-failure.js';
import type { MoneyCall, PaymentSnapshot, ProviderOutcome } from '../payment-provider.js';
import { refuseMoney } from './authorize-payment.js';
import { describeStatus, isAuthorizationId, listMoney, notLookedAt, outcomes } from './outcomes.js';
import { toPayPalValue } from './paypal-amounts.js';
import type { PayPalCapture } from './paypal-objects.js';
import {
  isTaken,
  lookAtPayment,
  paymentOf,
  type PayPalAccess,
  type PayPalPayment,
} from './paypal-payment.js';

type Outcome = ProviderOutcome<{ readonly payment: PaymentSnapshot }>;

/**
 * Captures the amount of an authorisation exactly once, over any number of calls.
 *
 * Reads the payment first, because PayPal would capture up to 115 % of the authorised amount. Three things prevent a
 * second capture:
 * - the key as `PayPal-Request-Id`, which PayPal keeps for longer (45 days) than an authorisation lives (29);
 * - `final_capture`, after which PayPal captures no more;
 * - the read, which also finds a capture under another key.
 */
export async function capturePayment(access: PayPalAccess, call: MoneyCall): Promise<Outcome> {
  const { reference, amountMinor, currency, idempotencyKey } = call;
  if (!isAuthorizationId(reference)) return outcomes.referenceNotFound(reference);
  const value = toPayPalValue(amountMinor, currency);
  if (value === undefined) return outcomes.unrepresentable(CancellationReason.PaymentNotCapturable, call);
  const before = await lookAtPayment(access, reference);
  if (!before.ok) return notLookedAt(before.failure, reference);
  const judged = judgeCapture(before.value, call);
  if (judged) return judged;
  const answer = await access.client.capture(reference, { value, currency }, idempotencyKey);
  if (answer.ok) return judgeAnswer(access, before.value, answer.value, call);
  const { failure } = answer;
  if (failure.kind === 'refused') return settleRefusal(access, call, failure);
  // After an unknown outcome, the effect may still follow, so reading the payment now would settle nothing.
  return outcomeOf(failure, { onNotFound: () => outcomes.referenceNotFound(reference) });
}

/** Decides the capture by the payment's state. Undefined if it has not happened and may be requested. */
function judgeCapture(payment: PayPalPayment, call: MoneyCall): Outcome | undefined {
  const standing = payment.captures.filter((capture) => isTaken(capture) || capture.status === 'PENDING');
  const [capture] = standing;
  if (capture) {
    // The caller makes sure that no other order pays with this reference, so a capture of exactly this amount belongs
    // to this order.
    if (standing.length > 1 || !isOf(capture, call)) {
      return outcomes.captureMismatch(call.reference, listMoney(standing), call);
    }
    return isTaken(capture) ? { kind: 'done', payment: payment.snapshot } : waiting(capture);
  }
  const failed = payment.captures.at(-1);
  if (failed && payment.snapshot.state !== 'authorized') return notTaken(failed);
  switch (payment.authorization.status) {
    case 'CREATED':
      return refuseMoney(payment, call);
    case 'PENDING':
      return transient(`Payment ${call.reference} is not authorised yet: ${describeStatus(payment)}`);
    case 'DENIED':
    case 'VOIDED':
    case 'CAPTURED':
    case 'PARTIALLY_CAPTURED':
      return outcomes.notCapturable(call.reference, describeStatus(payment));
  }
}

/** Decides the capture by PayPal's answer, which may be the latest state of an earlier capture with the same key. */
async function judgeAnswer(
  access: PayPalAccess,
  before: PayPalPayment,
  capture: PayPalCapture,
  call: MoneyCall,
): Promise<Outcome> {
  if (!isOf(capture, call)) {
    return outcomes.captureMismatch(call.reference, listMoney([capture]), call);
  }
  switch (capture.status) {
    case 'COMPLETED': {
      const captured = paymentOf(
        { ...before.authorization, status: 'CAPTURED' },
        { captures: [capture], refunds: [] },
      );
      return { kind: 'done', payment: captured.snapshot };
    }
    case 'PENDING':
      return waiting(capture);
    case 'DECLINED':
    case 'FAILED':
      return notTaken(capture);
    case 'REFUNDED':
    case 'PARTIALLY_REFUNDED': {
      // The capture is an earlier one, so its refunds have to be read.
      const now = await lookAtPayment(access, call.reference);
      const judged = now.ok ? judgeCapture(now.value, call) : undefined;
      return judged ?? unknown(`Payment ${call.reference} was captured, and how it stands could not be read`);
    }
  }
}

function isOf(capture: PayPalCapture, { amountMinor, currency }: MoneyCall): boolean {
  return capture.amountMinor === amountMinor && capture.currency === currency;
}

function waiting({ id, reason }: PayPalCapture): Outcome {
  return pending(`PayPal has yet to complete capture ${id}${reason === undefined ? '' : ` (${reason})`}`);
}

function notTaken({ id, status, reason }: PayPalCapture): Outcome {
  const message = `PayPal or the payer's bank has declined capture ${id}`;
  return declined(CancellationReason.PaymentDeclined, message, reason ?? status);
}

/**
 * The refusals of a capturable payment that are decisions against the order. Any other refusal (a restricted payee
 * account, an unknown parameter) is not the order's fault; the order waits until an operator has removed the cause.
 *
 * @see https://developer.paypal.com/api/rest/reference/orders/v2/errors/
 */
export const captureDecisions: Decisions = {
  INSTRUMENT_DECLINED: CancellationReason.PaymentDeclined,
  PAYER_ACCOUNT_LOCKED_OR_CLOSED: CancellationReason.PaymentDeclined,
  PAYER_ACCOUNT_RESTRICTED: CancellationReason.PaymentDeclined,
  PAYER_CANNOT_PAY: CancellationReason.PaymentDeclined,
  PAYMENT_DENIED: CancellationReason.PaymentDeclined,
  TRANSACTION_REFUSED: CancellationReason.PaymentDeclined,
  AUTHORIZATION_DENIED: CancellationReason.PaymentNotCapturable,
  AUTHORIZATION_EXPIRED: CancellationReason.PaymentNotCapturable,
  AUTHORIZATION_VOIDED: CancellationReason.PaymentNotCapturable,
  MAX_CAPTURE_COUNT_EXCEEDED: CancellationReason.PaymentNotCapturable,
  MAX_CAPTURE_AMOUNT_EXCEEDED: CancellationReason.PaymentAmountTooSmall,
  AUTH_CAPTURE_CURRENCY_MISMATCH: CancellationReason.PaymentCurrencyMismatch,
};

/** The refusals that imply an earlier capture. If the payment does not show that capture, the outcome is unknown. */
export const capturedElsewhere: ReadonlySet<string> = new Set([
  'AUTHORIZATION_ALREADY_CAPTURED',
  'DUPLICATE_INVOICE_ID',
  'DUPLICATE_REQUEST_ID',
  'PREVIOUS_REQUEST_IN_PROGRESS',
]);

async function settleRefusal(access: PayPalAccess, call: MoneyCall, refusal: Refused): Promise<Outcome> {
  const { code = '', message } = refusal;
  const now = await lookAtPayment(access, call.reference);
  if (!now.ok) {
    return unknown(`${message}. How the payment stands could not be read. ${now.failure.message}`);
  }
  const judged = judgeCapture(now.value, call);
  if (judged) return judged;
  const decision = decisionOf(refusal, captureDecisions);
  if (decision) return decision;
  return capturedElsewhere.has(code)
    ? unknown(`${message}. The payment does not show it, so somebody has to look at it`)
    : transient(message);
}
