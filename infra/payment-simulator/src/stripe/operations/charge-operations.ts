import { z } from 'zod';

import { formText } from '../form.js';
import { renderCharge } from '../render.js';
import { resourceMissing } from '../stripe-error.js';
import { defineOperation } from './define-operation.js';
import { listParams, renderList } from './listing.js';
import { OperationName, type StripeOperation } from './operation.js';

const answer = { object: 'charge' } as const;

const retrieve = defineOperation({
  name: OperationName.RetrieveCharge,
  method: 'GET',
  path: '/v1/charges/:id',
  params: z.strictObject({}),
  answer,
  paymentIntentOf: (id, _form, books) => books.charges.get(id)?.payment_intent,
  execute: (execution, { id, expansion }) => {
    const charge = execution.transaction.get(execution.books.charges, id);
    if (!charge) throw resourceMissing('charge', id, 'id');
    return renderCharge(charge, expansion, execution.rendering);
  },
});

const list = defineOperation({
  name: OperationName.ListCharges,
  method: 'GET',
  path: '/v1/charges',
  params: z.strictObject({
    ...listParams,
    payment_intent: formText.optional(),
    customer: formText.optional(),
  }),
  answer: { ...answer, list: true },
  paymentIntentOf: (_id, { payment_intent: intent }) => (typeof intent === 'string' ? intent : undefined),
  execute: (execution, { path, params, expansion }) =>
    renderList(execution, params, {
      collection: execution.books.charges,
      kind: 'charge',
      path,
      group: params.payment_intent,
      filter: ({ customer }) => params.customer === undefined || params.customer === customer,
      render: (record) => renderCharge(record, expansion.within('data'), execution.rendering),
    }),
});

/** @see https://docs.stripe.com/api/charges */
export const chargeOperations: readonly StripeOperation[] = [retrieve, list];
