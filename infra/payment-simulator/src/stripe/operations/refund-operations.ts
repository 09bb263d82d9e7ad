import { z } from 'zod';

import { formEnum, formIgnored, formMetadata, formPositiveInteger, formText } from '../form.js';
import { mergeMetadata } from '../metadata.js';
import { renderRefund } from '../render.js';
import { invalidRequest, resourceMissing } from '../stripe-error.js';
import { defineOperation } from './define-operation.js';
import { listParams, renderList } from './listing.js';
import { OperationName, type StripeOperation } from './operation.js';
import { createRefund, findRefundable } from './refunding.js';

const answer = { object: 'refund' } as const;

const ofRefund: StripeOperation['paymentIntentOf'] = (id, _form, books) =>
  books.refunds.get(id)?.payment_intent;

/** Lists and new refunds name a payment by itself or by its charge. */
const ofParams: StripeOperation['paymentIntentOf'] = (_id, form, books) => {
  const { payment_intent: intent, charge } = form;
  if (typeof intent === 'string') return intent;
  return typeof charge === 'string' ? books.charges.get(charge)?.payment_intent : undefined;
};

const create = defineOperation({
  name: OperationName.CreateRefund,
  method: 'POST',
  path: '/v1/refunds',
  params: z.strictObject({
    payment_intent: formText.optional(),
    charge: formText.optional(),
    amount: formPositiveInteger.optional(),
    reason: formEnum(['duplicate', 'fraudulent', 'requested_by_customer']).optional(),
    metadata: formMetadata.optional(),
    currency: formText.optional(),
    instructions_email: formIgnored,
    refund_application_fee: formIgnored,
    reverse_transfer: formIgnored,
  }),
  answer,
  paymentIntentOf: ofParams,
  check: ({ payment_intent: intent, charge }) => {
    if (intent !== undefined || charge !== undefined) return;
    const message =
      'One of the following params should be provided for this request: payment_intent or charge.';
    throw invalidRequest(message, { code: 'parameter_missing' });
  },
  execute: (execution, { params, expansion }) => {
    const refundable = findRefundable(execution, params);
    const refund = createRefund(execution, refundable, {
      amount: params.amount,
      reason: params.reason ?? null,
      metadata: mergeMetadata({}, params.metadata),
    });
    return renderRefund(refund, expansion, execution.rendering);
  },
});

const retrieve = defineOperation({
  name: OperationName.RetrieveRefund,
  method: 'GET',
  path: '/v1/refunds/:id',
  params: z.strictObject({}),
  answer,
  paymentIntentOf: ofRefund,
  execute: (execution, { id, expansion }) => {
    const refund = execution.transaction.get(execution.books.refunds, id);
    if (!refund) throw resourceMissing('refund', id, 'id');
    return renderRefund(refund, expansion, execution.rendering);
  },
});

const update = defineOperation({
  name: OperationName.UpdateRefund,
  method: 'POST',
  path: '/v1/refunds/:id',
  params: z.strictObject({ metadata: formMetadata.optional() }),
  answer,
  paymentIntentOf: ofRefund,
  execute: (execution, { id, params, expansion }) => {
    const refund = execution.transaction.get(execution.books.refunds, id);
    if (!refund) throw resourceMissing('refund', id, 'id');
    const updated = execution.putRefund(
      { ...refund, metadata: mergeMetadata(refund.metadata, params.metadata) },
      'refund.updated',
    );
    return renderRefund(updated, expansion, execution.rendering);
  },
});

const list = defineOperation({
  name: OperationName.ListRefunds,
  method: 'GET',
  path: '/v1/refunds',
  params: z.strictObject({ ...listParams, payment_intent: formText.optional(), charge: formText.optional() }),
  answer: { ...answer, list: true },
  paymentIntentOf: ofParams,
  execute: (execution, { path, params, expansion }) => {
    const { payment_intent: intentId, charge } = params;
    if (intentId !== undefined && !execution.transaction.get(execution.books.intents, intentId)) {
      throw resourceMissing('payment_intent', intentId, 'payment_intent');
    }
    return renderList(execution, params, {
      collection: execution.books.refunds,
      kind: 'refund',
      path,
      group: intentId,
      filter: (refund) => charge === undefined || charge === refund.charge,
      render: (record) => renderRefund(record, expansion.within('data'), execution.rendering),
    });
  },
});

/** @see https://docs.stripe.com/api/refunds */
export const refundOperations: readonly StripeOperation[] = [create, retrieve, update, list];
