import { z } from 'zod';

import { formList, formText } from '../form.js';
import { renderEvent } from '../render.js';
import { resourceMissing } from '../stripe-error.js';
import { defineOperation } from './define-operation.js';
import { listParams, renderList } from './listing.js';
import { OperationName, type StripeOperation } from './operation.js';

const retrieve = defineOperation({
  name: OperationName.RetrieveEvent,
  method: 'GET',
  path: '/v1/events/:id',
  params: z.strictObject({}),
  paymentIntentOf: (id, _form, books) => books.events.get(id)?.payment_intent,
  execute: (execution, { id }) => {
    const event = execution.transaction.get(execution.books.events, id);
    if (!event) throw resourceMissing('event', id, 'id');
    return renderEvent(event);
  },
});

const list = defineOperation({
  name: OperationName.ListEvents,
  method: 'GET',
  path: '/v1/events',
  params: z.strictObject({ ...listParams, type: formText.optional(), types: formList.optional() }),
  execute: (execution, { path, params }) => {
    const { type, types } = params;
    return renderList(execution, params, {
      collection: execution.books.events,
      kind: 'event',
      path,
      filter: (event) =>
        (type === undefined || matches(type, event.type)) && (types?.includes(event.type) ?? true),
      render: renderEvent,
    });
  },
});

/** "or a group of events using * as a wildcard" */
function matches(pattern: string, type: string): boolean {
  return pattern.endsWith('*') ? type.startsWith(pattern.slice(0, -1)) : pattern === type;
}

/** @see https://docs.stripe.com/api/events */
export const eventOperations: readonly StripeOperation[] = [retrieve, list];
