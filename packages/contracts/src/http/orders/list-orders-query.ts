import { orderStatuses, type OrderListQuery, type OrderSort } from '@oms/domain';
import { z } from 'zod';

import { anyOf } from '../kit/any-of.js';
import { parseDateTime } from '../kit/date-time.js';
import { given } from '../kit/given.js';
import { decodeCursor, sortOf } from '../kit/list-cursor.js';
import { invalidRequest } from '../kit/invalid-request.js';
import { identifier } from '../kit/text-schema.js';
import { uuid } from '../kit/uuid-schema.js';
import { integer } from '../kit/integer-schema.js';
import { listCursor, listLimit } from '../kit/list-parameters.js';

/** The largest offset. The database reads every row that an offset skips; a cursor has no such cost and no limit. */
const maxOffset = 100_000;

const wantedTime = 'must be an ISO 8601 date, or date and time with an offset, such as 2026-01-31T00:00:00Z';
const time = z
  .string()
  .refine((value) => parseDateTime(value) !== undefined, { error: wantedTime })
  .overwrite((value) => parseDateTime(value) ?? value)
  .meta({ format: 'date-time' });

/** The parameters of `GET /api/v1/oms/orders`. */
export const listOrdersParameters = z.strictObject({
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
  status: anyOf(orderStatuses)
    .optional()
    .meta({ description: 'Orders in any of these statuses: repeated, or separated by commas.' }),
  customer_id: uuid.optional().meta({ description: 'Orders of this customer.' }),
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
});

/**
 * Converts the parameters of a list of orders.
 *
 * @param sort the sort of the list
 * @throws RefusedError for a cursor together with an offset or with another sort
 */
export function toListOrdersQuery(
  parameters: Omit<z.output<typeof listOrdersParameters>, 'channel' | 'customer_id' | 'number'> & {
    readonly channel?: string | undefined;
    readonly number?: string | undefined;
    readonly customer_id?: string | undefined;
  },
  sort: OrderSort = 'created_at',
): OrderListQuery {
  if (parameters.cursor !== undefined && parameters.offset > 0) {
    throw invalidRequest('cursor and offset must not be used together', 'cursor');
  }
  const after = parameters.cursor === undefined ? undefined : decodeCursor(parameters.cursor);
  if (after && sortOf(after) !== sort) {
    throw invalidRequest(`cursor is of a list that is sorted by ${sortOf(after)}, not ${sort}`, 'cursor');
  }
  return {
    limit: parameters.limit,
    offset: parameters.offset,
    ...given({
      after,
      sort: sort === 'created_at' ? undefined : sort,
      statuses: parameters.status === undefined ? undefined : [...new Set(parameters.status)],
      customerId: parameters.customer_id,
      channel: parameters.channel,
      externalId: parameters.external_id,
      number: parameters.number,
      createdFrom: parameters.created_from,
      createdBefore: parameters.created_before,
    }),
  };
}
