import { amountProblem } from '../currencies.js';
import type { Execution } from '../execution.js';
import { mergeMetadata } from '../metadata.js';
import type { IntentRecord, IntentStatus } from '../records.js';
import { renderIntent } from '../render.js';
import { requireTestMethod } from './confirmation.js';
import { defineOperation } from './define-operation.js';
import { attachmentsOf, givenMethodTypes, givenPaymentMethod, updateParams } from './intent-params.js';
import { OperationName } from './operation.js';
import { requireIntent } from './payment-intent-operations.js';
import { unexpectedState } from './settlement.js';

/** How an intent is to be paid can change until it is; what is kept beside it can change always. */
const unpaid: readonly IntentStatus[] = [
  'requires_payment_method',
  'requires_confirmation',
  'requires_action',
];

/** @see https://docs.stripe.com/api/payment_intents/update */
export const updateIntent = defineOperation({
  name: OperationName.UpdateIntent,
  method: 'POST',
  path: '/v1/payment_intents/:id',
  params: updateParams,
  answer: { object: 'payment_intent' },
  paymentIntentOf: (id) => id,
  execute: (execution, { id, params, expansion }) => {
    const intent = requireIntent(execution, id);
    const method = givenPaymentMethod(params);
    const changes = {
      amount: params.amount,
      currency: params.currency,
      capture_method: params.capture_method,
      payment_method: method,
      ...givenMethodTypes(params),
    };
    refuseLateChanges(execution, intent, changes);
    const amount = params.amount ?? intent.amount;
    const currency = params.currency ?? intent.currency;
    const problem = amountProblem(amount, currency, 'amount');
    if (problem) throw problem;
    if (method !== undefined) requireTestMethod(method);
    const updated = execution.putIntent({
      ...intent,
      ...attachmentsOf(params),
      amount,
      currency,
      capture_method: params.capture_method ?? intent.capture_method,
      metadata: mergeMetadata(intent.metadata, params.metadata),
      payment_method: method ?? intent.payment_method,
      ...givenMethodTypes(params),
      // A new method, or a new amount for a customer who was asked to authenticate the old one, is to be confirmed.
      status:
        method === undefined && intent.status !== 'requires_action'
          ? intent.status
          : statusAfter(intent, changes),
    });
    return renderIntent(updated, expansion, execution.rendering);
  },
});

function statusAfter(intent: IntentRecord, changes: Readonly<Record<string, unknown>>): IntentStatus {
  const changed = Object.values(changes).some((value) => value !== undefined);
  return changed ? 'requires_confirmation' : intent.status;
}

function refuseLateChanges(
  execution: Execution,
  intent: IntentRecord,
  changes: Readonly<Record<string, unknown>>,
): void {
  if (unpaid.includes(intent.status)) return;
  const changed = Object.entries(changes).find(([, value]) => value !== undefined);
  if (!changed) return;
  const [name] = changed;
  const message =
    `This PaymentIntent's ${name} could not be updated because it has a status of ${intent.status}. You may only ` +
    `update the ${name} of a PaymentIntent with one of the following statuses: ${unpaid.join(', ')}.`;
  throw unexpectedState(execution, intent, message);
}
