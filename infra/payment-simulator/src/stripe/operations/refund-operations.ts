import { z } from 'zod';

import { formEnum, formIgnored, formInteger, formMetadata, formPositiveInteger, formText } from '../form.js';
import { renderRefund } from '../render.js';
import { resourceMissing } from '../stripe-error.js';
import { defineOperation } from './define-operation.js';
import { OperationName, type StripeOperation } from './operation.js';
import { requireIntent } from './payment-intent-operations.js';
import { createRefund, findRefundable } from './refunding.js';

/** The parameters name the payment; the path does not. */
const paymentIntentOf: StripeOperation['paymentIntentOf'] = (_id, { payment_intent: intent }) =>
  typeof intent === 'string' ? intent : undefined;

const create = defineOperation({
  name: OperationName.CreateRefund,
  method: 'POST',
  path: '/v1/refunds',
  params: z.strictObject({
    payment_intent: formText,
    amount: formPositiveInteger.optional(),
    reason: formEnum(['duplicate', 'fraudulent', 'requested_by_customer']).optional(),
    metadata: formMetadata,
    currency: formIgnored,
    instructions_email: formIgnored,
    refund_application_fee: formIgnored,
    reverse_transfer: formIgnored,
  }),
  paymentIntentOf,
  execute: (execution, { params }) => {
    const refundable = findRefundable(execution, params.payment_intent);
    const refund = createRefund(execution, refundable, {
      amount: params.amount,
      reason: params.reason ?? null,
      metadata: params.metadata,
    });
    return renderRefund(refund);
  },
});

/** Lists one payment's refunds, newest first. */
const list = defineOperation({
  name: OperationName.ListRefunds,
  method: 'GET',
  path: '/v1/refunds',
  params: z.strictObject({
    payment_intent: formText,
    limit: formInteger
      .refine((limit) => limit >= 1, { error: 'This value must be greater than or equal to 1.' })
      .refine((limit) => limit <= 100, { error: 'This value must be less than or equal to 100.' })
      .default(10),
    starting_after: formText.optional(),
  }),
  paymentIntentOf,
  execute: (execution, { params: { payment_intent: intentId, limit, starting_after: after } }) => {
    requireIntent(execution, intentId, 'payment_intent');
    const refunds = [...execution.records.refunds.group(intentId)].reverse();
    const last = after === undefined ? -1 : refunds.findIndex(({ id }) => id === after);
    if (after !== undefined && last < 0) throw resourceMissing('refund', after, 'starting_after');
    const rest = refunds.slice(last + 1);
    const data = rest.slice(0, limit).map(renderRefund);
    return { object: 'list', data, has_more: rest.length > limit, url: '/v1/refunds' };
  },
});

/** @see https://docs.stripe.com/api/refunds */
export const refundOperations: readonly StripeOperation[] = [create, list];
