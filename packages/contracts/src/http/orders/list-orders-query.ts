import { orderFlags, orderSorts, orderStatuses, paymentStatuses, type OrderListQuery } from '@oms/domain';
import { z } from 'zod';

import { anyOf } from '../kit/any-of.js';
import { parseDateTime } from '../kit/date-time.js';
import { given } from '../kit/given.js';
import { decodeCursor, sortOf } from '../kit/list-cursor.js';
import { invalidRequest } from '../kit/invalid-request.js';
import { identifier } from '../kit/text-schema.js';
import { uuid } from '../kit/uuid-schema.js';
import { integer } from '../kit/integer-schema.js';
import { listInBrackets } from '../kit/list-in-brackets.js';
import { listCursor, listLimit } from '../kit/list-parameters.js';

/** The largest offset. The database reads every row that an offset skips; a cursor has no such cost and no limit. */
const maxOffset = 100_000;

const wantedTime = 'must be an ISO 8601 date, or date and time with an offset, such as 2026-01-31T00:00:00Z';
const time = z
  .string()
  .refine((value) => parseDateTime(value) !== undefined, { error: wantedTime })
  .overwrite((value) => parseDateTime(value) ?? value)
  .meta({ format: 'date-time' });

const anyOfThese = 'Repeated, separated by commas, or with brackets';

/** The sorts of a list. A minus means descending: the highest or newest first. */
const orderListSorts = orderSorts.flatMap((sort) => [sort, `-${sort}`] as const);

/** The parameters that may be written with brackets, as `status[]`. */
export const orderListNames = ['status', 'payment_status', 'flags'] as const;

/** The parameters that the lists of orders of all APIs share. */
export const orderListParameters = z.strictObject({
  limit: listLimit.meta({
    description:
      'How many orders a page has at most. It has fewer where more would be too large: it ends before it has more than 1,000 items, or as many kilobytes of metadata and addresses, and has one order at least. Go on by `next_cursor`, or by `offset` and the `limit` of the answer.',
  }),
  offset: integer(0, maxOffset, '; use cursor to go further').default(0).meta({
    description:
      'How many orders to skip. Skips or repeats orders when others are placed or change meanwhile, and is slower the deeper; `cursor` is exact, and fast at any depth.',
  }),
  cursor: listCursor.meta({
    description: 'The `next_cursor` of an earlier page. Not together with `offset`.',
  }),
  sort: z.enum(orderListSorts).default('-created_at').meta({
    description:
      'The lowest or oldest first, or with a minus the highest or newest. `order_number` is by its number, `total` by its amount whatever the currency. An order that changes while you page by `updated_at`, up or down, comes at the end, as it is by then; so does one that is placed meanwhile.',
  }),
  status: anyOf(orderStatuses)
    .optional()
    .meta({ description: `Orders in any of these statuses. ${anyOfThese}: \`status[]\`.` }),
  payment_status: anyOf(paymentStatuses)
    .optional()
    .meta({ description: `Orders with any of these payment statuses. ${anyOfThese}: \`payment_status[]\`.` }),
  flags: anyOf(orderFlags)
    .optional()
    .meta({
      description: `Orders with any of these conditions, which somebody has to look at. ${anyOfThese}: \`flags[]\`.`,
    }),
  customer_id: uuid.optional().meta({ description: 'Orders of this customer.' }),
  customer_email: identifier({ minLength: 1, maxLength: 254 }).optional().meta({
    description:
      'Orders with exactly this e-mail address in their shipping or billing address, in upper or lower case.',
  }),
  payment_reference: identifier({ minLength: 1, maxLength: 255 })
    .optional()
    .meta({ description: 'Orders that are paid for by this payment of the provider.' }),
  sku: identifier({ minLength: 1, maxLength: 255 })
    .optional()
    .meta({ description: 'Orders with an item of this SKU.' }),
  channel: identifier({ minLength: 1, maxLength: 255 })
    .optional()
    .meta({ description: 'Orders of this channel.' }),
  external_id: identifier({ minLength: 1, maxLength: 255 })
    .optional()
    .meta({ description: 'Orders with this id in the system that they come from.' }),
  number: identifier({ minLength: 1, maxLength: 255 }).toUpperCase().optional().meta({
    description:
      'The order with this number, such as `ORD-10001`, in upper or lower case. `10001` alone finds it, too: the digits are unique in a tenant.',
  }),
  created_from: time.optional().meta({ description: 'Orders created at this time or later.' }),
  created_before: time.optional().meta({ description: 'Orders created before this time.' }),
  updated_from: time.optional().meta({
    description:
      'Orders last changed at this time or later. To follow changes, begin a minute before the last one that you know: a change is listed once it is complete, with the time at which it began.',
  }),
  updated_before: time.optional().meta({ description: 'Orders last changed before this time.' }),
});

/** The parameters of `GET /api/v1/oms/orders`. */
export const listOrdersParameters = listInBrackets(orderListNames, orderListParameters);

/** The parameters of a list, each API's own words for customers, statuses and numbers converted. */
type OrderListParameters = Partial<z.output<typeof orderListParameters>> &
  Pick<z.output<typeof orderListParameters>, 'limit' | 'offset' | 'sort'>;

/**
 * Converts the parameters of a list of orders.
 *
 * @throws RefusedError for a cursor together with an offset or with another sort
 */
export function toListOrdersQuery(parameters: OrderListParameters): OrderListQuery {
  const sort = orderSorts.find((one) => parameters.sort.endsWith(one)) ?? 'created_at';
  if (parameters.cursor !== undefined && parameters.offset > 0) {
    throw invalidRequest('cursor and offset must not be used together', 'cursor');
  }
  const after = parameters.cursor === undefined ? undefined : decodeCursor(parameters.cursor);
  // Only the list of the last changed has cursors that its reverse does not understand.
  const listed = parameters.sort === '-updated_at' ? parameters.sort : sort;
  if (after && sortOf(after) !== listed) {
    throw invalidRequest(`cursor is of a list that is sorted by ${sortOf(after)}, not ${listed}`, 'cursor');
  }
  return {
    limit: parameters.limit,
    offset: parameters.offset,
    ...given({
      after,
      sort: sort === 'created_at' ? undefined : sort,
      isAscending: parameters.sort === sort ? true : undefined,
      statuses: parameters.status,
      paymentStatuses: parameters.payment_status,
      flags: parameters.flags,
      customerId: parameters.customer_id,
      customerEmail: parameters.customer_email,
      paymentReference: parameters.payment_reference,
      sku: parameters.sku,
      channel: parameters.channel,
      externalId: parameters.external_id,
      number: parameters.number,
      createdFrom: parameters.created_from,
      createdBefore: parameters.created_before,
      updatedFrom: parameters.updated_from,
      updatedBefore: parameters.updated_before,
    }),
  };
}
