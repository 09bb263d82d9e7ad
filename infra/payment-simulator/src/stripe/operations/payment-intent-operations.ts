import { z } from 'zod';

import { amountProblem } from '../currencies.js';
import type { Execution } from '../execution.js';
import { formText } from '../form.js';
import { newClientSecret, newObjectId } from '../ids.js';
import { mergeMetadata } from '../metadata.js';
import type { IntentRecord } from '../records.js';
import { renderIntent } from '../render.js';
import { invalidRequest, resourceMissing } from '../stripe-error.js';
import { confirmIntent, requireTestMethod } from './confirmation.js';
import { defineOperation } from './define-operation.js';
import {
  attachmentsOf,
  cancelParams,
  captureParams,
  confirmParams,
  createParams,
  givenMethodTypes,
  givenPaymentMethod,
} from './intent-params.js';
import { listParams, renderList } from './listing.js';
import { OperationName, type StripeOperation } from './operation.js';
import { cancelIntent, captureIntent, unexpectedState } from './settlement.js';

const answer = { object: 'payment_intent' } as const;
const paymentIntentOf = (id: string): string => id;

/** @throws StripeError 404 */
export function requireIntent(execution: Execution, id: string, param = 'intent'): IntentRecord {
  const intent = execution.transaction.get(execution.books.intents, id);
  if (!intent) throw resourceMissing('payment_intent', id, param);
  return intent;
}

const noAttachments = {
  customer: null,
  description: null,
  receipt_email: null,
  setup_future_usage: null,
  shipping: null,
  statement_descriptor: null,
  statement_descriptor_suffix: null,
  transfer_group: null,
} as const;

/** An intent that nobody has tried to pay yet. */
export function newIntent(
  fields: Pick<IntentRecord, 'amount' | 'currency' | 'capture_method' | 'created'> & Partial<IntentRecord>,
): IntentRecord {
  const id = fields.id ?? newObjectId('pi');
  return {
    id,
    allowed_payment_method_types: null,
    amount_capturable: 0,
    amount_received: 0,
    automatic_payment_methods: null,
    canceled_at: null,
    cancellation_reason: null,
    client_secret: newClientSecret(id),
    confirmation_method: 'automatic',
    last_payment_error: null,
    latest_charge: null,
    metadata: {},
    payment_method: null,
    payment_method_types: ['card'],
    return_url: null,
    status: fields.payment_method ? 'requires_confirmation' : 'requires_payment_method',
    ...noAttachments,
    ...fields,
  };
}

const create = defineOperation({
  name: OperationName.CreateIntent,
  method: 'POST',
  path: '/v1/payment_intents',
  params: createParams,
  answer,
  check: ({ amount, currency, confirm, ...params }) => {
    const problem = amountProblem(amount, currency, 'amount');
    if (problem) throw problem;
    if (!confirm || givenPaymentMethod(params) !== undefined) return;
    const message =
      "You cannot confirm this PaymentIntent because it's missing a payment method. To confirm the PaymentIntent " +
      'with a payment method, specify a value for `payment_method`.';
    throw invalidRequest(message, { code: 'parameter_missing', param: 'payment_method' });
  },
  execute: (execution, { params, expansion }) => {
    const method = givenPaymentMethod(params);
    if (method !== undefined) requireTestMethod(method);
    const automatic = params.automatic_payment_methods;
    let intent = execution.putIntent(
      newIntent({
        amount: params.amount,
        currency: params.currency,
        capture_method: params.capture_method,
        confirmation_method: params.confirmation_method,
        created: execution.nowSeconds,
        payment_method: method ?? null,
        ...givenMethodTypes(params),
        automatic_payment_methods: automatic ? { allow_redirects: 'always', ...automatic } : null,
        metadata: mergeMetadata({}, params.metadata),
        return_url: params.return_url ?? null,
        ...attachmentsOf(params),
      }),
      'payment_intent.created',
    );
    if (params.confirm) intent = confirmIntent(execution, intent, { unattended: isUnattended(params) });
    return renderIntent(intent, expansion, execution.rendering);
  },
});

/** Nobody is there to authenticate, or the client does not want to be asked to. */
function isUnattended(params: {
  readonly off_session?: string | undefined;
  readonly error_on_requires_action?: boolean | undefined;
}): boolean {
  const { off_session: offSession = 'false', error_on_requires_action: refuse = false } = params;
  return refuse || offSession !== 'false';
}

const retrieve = defineOperation({
  name: OperationName.RetrieveIntent,
  method: 'GET',
  path: '/v1/payment_intents/:id',
  params: z.strictObject({ client_secret: formText.optional() }),
  answer,
  paymentIntentOf,
  execute: (execution, { id, expansion }) =>
    renderIntent(requireIntent(execution, id), expansion, execution.rendering),
});

const list = defineOperation({
  name: OperationName.ListIntents,
  method: 'GET',
  path: '/v1/payment_intents',
  params: z.strictObject({ ...listParams, customer: formText.optional() }),
  answer: { ...answer, list: true },
  execute: (execution, { path, params, expansion }) =>
    renderList(execution, params, {
      collection: execution.books.intents,
      kind: 'payment_intent',
      path,
      filter: ({ customer }) => params.customer === undefined || params.customer === customer,
      render: (record) => renderIntent(record, expansion.within('data'), execution.rendering),
    }),
});

const confirm = defineOperation({
  name: OperationName.ConfirmIntent,
  method: 'POST',
  path: '/v1/payment_intents/:id/confirm',
  params: confirmParams,
  answer,
  paymentIntentOf,
  execute: (execution, { id, params, expansion }) => {
    const intent = requireIntent(execution, id);
    const confirmable = ['requires_payment_method', 'requires_confirmation', 'requires_action'];
    if (!confirmable.includes(intent.status)) {
      const why =
        intent.status === 'succeeded' || intent.status === 'requires_capture'
          ? 'it has already succeeded after being previously confirmed.'
          : `it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be ` +
            `confirmed: ${confirmable.join(', ')}.`;
      throw unexpectedState(execution, intent, `You cannot confirm this PaymentIntent because ${why}`);
    }
    const method = givenPaymentMethod(params) ?? intent.payment_method;
    if (method !== null) requireTestMethod(method);
    const confirmed = confirmIntent(
      execution,
      {
        ...intent,
        ...attachmentsOf(params),
        payment_method: method,
        capture_method: params.capture_method ?? intent.capture_method,
        metadata: mergeMetadata(intent.metadata, params.metadata),
        return_url: params.return_url ?? intent.return_url,
      },
      { unattended: isUnattended(params) },
    );
    return renderIntent(confirmed, expansion, execution.rendering);
  },
});

const capture = defineOperation({
  name: OperationName.CaptureIntent,
  method: 'POST',
  path: '/v1/payment_intents/:id/capture',
  params: captureParams,
  answer,
  paymentIntentOf,
  check: ({ final_capture: final }) => {
    if (final === false) {
      throw invalidRequest('Capturing more than once is not simulated.', { param: 'final_capture' });
    }
  },
  execute: (execution, { id, params, expansion }) => {
    const intent = requireIntent(execution, id);
    const updated = {
      ...intent,
      ...attachmentsOf(params),
      metadata: mergeMetadata(intent.metadata, params.metadata),
    };
    const captured = captureIntent(execution, updated, params.amount_to_capture);
    return renderIntent(captured, expansion, execution.rendering);
  },
});

const cancel = defineOperation({
  name: OperationName.CancelIntent,
  method: 'POST',
  path: '/v1/payment_intents/:id/cancel',
  params: cancelParams,
  answer,
  paymentIntentOf,
  execute: (execution, { id, params, expansion }) => {
    const intent = requireIntent(execution, id);
    const canceled = cancelIntent(execution, intent, params.cancellation_reason ?? null);
    return renderIntent(canceled, expansion, execution.rendering);
  },
});

/** @see https://docs.stripe.com/api/payment_intents */
export const paymentIntentOperations: readonly StripeOperation[] = [
  create,
  retrieve,
  list,
  confirm,
  capture,
  cancel,
];
