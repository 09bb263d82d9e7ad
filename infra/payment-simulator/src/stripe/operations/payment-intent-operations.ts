import { z } from 'zod';

import { amountProblem } from '../currencies.js';
import type { Execution } from '../execution.js';
import { newClientSecret, newObjectId } from '../ids.js';
import type { IntentRecord } from '../records.js';
import { invalidRequest, resourceMissing } from '../stripe-error.js';
import { confirmIntent, requireTestMethod } from './confirmation.js';
import { defineOperation } from './define-operation.js';
import { cancelParams, captureParams, confirmParams, createParams } from './intent-params.js';
import { OperationName, type StripeOperation } from './operation.js';
import { cancelIntent, captureIntent, unexpectedState } from './settlement.js';

const ofIntent = { canExpandCharge: true, paymentIntentOf: (id: string): string => id } as const;

/** @throws StripeError 404 */
export function requireIntent(execution: Execution, id: string, param = 'intent'): IntentRecord {
  const intent = execution.transaction.get(execution.records.intents, id);
  if (!intent) throw resourceMissing('payment_intent', id, param);
  return intent;
}

/** An intent before the first attempt to pay. */
export function newIntent(
  fields: Pick<IntentRecord, 'amount' | 'currency' | 'capture_method' | 'created'> & Partial<IntentRecord>,
): IntentRecord {
  const id = fields.id ?? newObjectId('pi');
  return {
    id,
    amount_capturable: 0,
    amount_received: 0,
    canceled_at: null,
    cancellation_reason: null,
    client_secret: newClientSecret(id),
    last_payment_error: null,
    latest_charge: null,
    metadata: {},
    payment_method: null,
    return_url: null,
    status: fields.payment_method ? 'requires_confirmation' : 'requires_payment_method',
    ...fields,
  };
}

const create = defineOperation({
  name: OperationName.CreateIntent,
  method: 'POST',
  path: '/v1/payment_intents',
  params: createParams,
  canExpandCharge: true,
  paymentIntentOf: () => undefined,
  check: ({ amount, currency, confirm, payment_method: method }) => {
    const problem = amountProblem(amount, currency, 'amount');
    if (problem) throw problem;
    if (!confirm || method !== undefined) return;
    const message =
      "You cannot confirm this PaymentIntent because it's missing a payment method. To confirm the PaymentIntent " +
      'with a payment method, specify a value for `payment_method`.';
    throw invalidRequest(message, { code: 'parameter_missing', param: 'payment_method' });
  },
  execute: (execution, { params, expandsCharge }) => {
    if (params.payment_method !== undefined) requireTestMethod(params.payment_method);
    const intent = execution.putIntent(
      newIntent({
        amount: params.amount,
        currency: params.currency,
        capture_method: params.capture_method,
        created: execution.nowSeconds,
        metadata: params.metadata,
        payment_method: params.payment_method ?? null,
        return_url: params.return_url ?? null,
      }),
      'payment_intent.created',
    );
    return execution.render(params.confirm ? confirmIntent(execution, intent) : intent, expandsCharge);
  },
});

const retrieve = defineOperation({
  ...ofIntent,
  name: OperationName.RetrieveIntent,
  method: 'GET',
  path: '/v1/payment_intents/:id',
  params: z.strictObject({}),
  execute: (execution, { id, expandsCharge }) =>
    execution.render(requireIntent(execution, id), expandsCharge),
});

const confirmable = ['requires_payment_method', 'requires_confirmation', 'requires_action'];

const confirm = defineOperation({
  ...ofIntent,
  name: OperationName.ConfirmIntent,
  method: 'POST',
  path: '/v1/payment_intents/:id/confirm',
  params: confirmParams,
  execute: (execution, { id, params, expandsCharge }) => {
    const intent = requireIntent(execution, id);
    if (!confirmable.includes(intent.status)) {
      const why =
        intent.status === 'succeeded' || intent.status === 'requires_capture'
          ? 'it has already succeeded after being previously confirmed.'
          : `it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be ` +
            `confirmed: ${confirmable.join(', ')}.`;
      throw unexpectedState(execution, intent, `You cannot confirm this PaymentIntent because ${why}`);
    }
    const method = params.payment_method ?? intent.payment_method;
    if (method !== null) requireTestMethod(method);
    const confirmed = confirmIntent(execution, {
      ...intent,
      payment_method: method,
      capture_method: params.capture_method ?? intent.capture_method,
      return_url: params.return_url ?? intent.return_url,
    });
    return execution.render(confirmed, expandsCharge);
  },
});

const capture = defineOperation({
  ...ofIntent,
  name: OperationName.CaptureIntent,
  method: 'POST',
  path: '/v1/payment_intents/:id/capture',
  params: captureParams,
  check: ({ final_capture: final }) => {
    if (final === false) {
      throw invalidRequest('Capturing more than once is not simulated.', { param: 'final_capture' });
    }
  },
  execute: (execution, { id, params, expandsCharge }) => {
    const intent = requireIntent(execution, id);
    return execution.render(captureIntent(execution, intent, params.amount_to_capture), expandsCharge);
  },
});

const cancel = defineOperation({
  ...ofIntent,
  name: OperationName.CancelIntent,
  method: 'POST',
  path: '/v1/payment_intents/:id/cancel',
  params: cancelParams,
  execute: (execution, { id, params, expandsCharge }) => {
    const intent = requireIntent(execution, id);
    const canceled = cancelIntent(execution, intent, params.cancellation_reason ?? null);
    return execution.render(canceled, expandsCharge);
  },
});

/** @see https://docs.stripe.com/api/payment_intents */
export const paymentIntentOperations: readonly StripeOperation[] = [
  create,
  retrieve,
  confirm,
  capture,
  cancel,
];
