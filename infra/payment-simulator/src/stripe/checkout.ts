import { amountProblem } from './currencies.js';
import type { Execution } from './execution.js';
import {
  approveIntent,
  confirmIntent,
  declineIntent,
  failAuthentication,
  requireTestMethod,
} from './operations/confirmation.js';
import { newIntent } from './operations/payment-intent-operations.js';
import { failRefund, succeedRefund } from './operations/refunding.js';
import { cancelIntent, captureIntent } from './operations/settlement.js';
import type { IntentRecord, IntentStatus, Metadata, RefundRecord } from './records.js';
import type { StripeAccount } from './stripe-account.js';
import { invalidRequest } from './stripe-error.js';

/** A payment with manual capture that a customer has begun at a checkout, and its status. */
export interface Checkout {
  readonly amount: number;
  readonly currency: string;
  readonly status: IntentStatus;
  readonly metadata?: Metadata | undefined;
  /** The payment intent's id. Default: a new id. */
  readonly reference?: string | undefined;
  /** The time until the authorisation expires. Default: as at Stripe. */
  readonly heldForSeconds?: number | undefined;
}

/** How many payments are made in one transaction. */
const batchSize = 100;

const methods: Readonly<Record<IntentStatus, string | null>> = {
  requires_payment_method: null,
  requires_confirmation: 'pm_card_visa',
  requires_action: 'pm_card_threeDSecure2Required',
  processing: 'pm_usBankAccount_processing',
  requires_capture: 'pm_card_visa',
  succeeded: 'pm_card_visa',
  canceled: 'pm_card_visa',
};

/**
 * Makes payments as a checkout does.
 *
 * @returns the ids of the payment intents
 * @throws StripeError 400 for an amount that is invalid in the currency
 */
export function checkOut(account: StripeAccount, checkout: Checkout, count = 1): readonly string[] {
  const problem = amountProblem(checkout.amount, checkout.currency, 'amount');
  if (problem) throw problem;
  const ids: string[] = [];
  while (ids.length < count) {
    const execution = account.begin();
    const last = Math.min(count, ids.length + batchSize);
    while (ids.length < last) ids.push(checkOutOne(execution, checkout).id);
    account.commit(execution);
  }
  return ids;
}

/** Takes a payment to its status through the steps of a real one. */
function checkOutOne(execution: Execution, checkout: Checkout): IntentRecord {
  const { amount, currency, status, metadata = {}, reference, heldForSeconds } = checkout;
  const intent = execution.putIntent(
    newIntent({
      ...(reference === undefined ? {} : { id: reference }),
      amount,
      currency,
      capture_method: 'manual',
      created: execution.nowSeconds,
      metadata,
      payment_method: methods[status],
    }),
    'payment_intent.created',
  );
  switch (status) {
    case 'requires_payment_method':
    case 'requires_confirmation':
      return intent;
    case 'requires_action':
    case 'processing':
      return confirmIntent(execution, intent);
    case 'requires_capture':
      return approveIntent(execution, intent, heldForSeconds);
    case 'succeeded':
      return captureIntent(execution, approveIntent(execution, intent), undefined);
    case 'canceled':
      return cancelIntent(execution, approveIntent(execution, intent), null);
  }
}

export interface Completion {
  readonly outcome: 'succeeded' | 'failed';
  readonly declineCode?: string | undefined;
}

/**
 * Ends a waiting payment: the customer authenticates or does not, or the bank pays or refuses.
 *
 * @returns undefined when the payment is not waiting
 */
export function completePayment(
  account: StripeAccount,
  intent: IntentRecord,
  { outcome, declineCode }: Completion,
): IntentRecord | undefined {
  const { status, payment_method: method } = intent;
  if ((status !== 'requires_action' && status !== 'processing') || method === null) return undefined;
  const execution = account.begin();
  if (outcome === 'succeeded') {
    approveIntent(execution, intent);
  } else if (declineCode !== undefined || status === 'processing') {
    declineIntent(execution, intent, requireTestMethod(method), declineCode ?? 'generic_decline');
  } else {
    failAuthentication(execution, intent);
  }
  account.commit(execution);
  return account.records.intents.get(intent.id);
}

/**
 * Ends a pending refund, or fails a successful one, as a bank may days later.
 *
 * @throws StripeError 400 for a refund that has ended with the other outcome
 */
export function completeRefund(
  account: StripeAccount,
  refund: RefundRecord,
  completion: { readonly outcome: 'succeeded' | 'failed'; readonly failureReason: string },
): RefundRecord {
  const possible = completion.outcome === 'failed' ? ['pending', 'succeeded'] : ['pending'];
  if (!possible.includes(refund.status)) {
    throw invalidRequest(`the refund is ${refund.status} and cannot become ${completion.outcome}`);
  }
  const execution = account.begin();
  const completed =
    completion.outcome === 'failed'
      ? failRefund(execution, refund, completion.failureReason)
      : succeedRefund(execution, refund);
  account.commit(execution);
  return completed;
}
