import { type OrderListQuery, orderSorts } from '@oms/domain';
import { z } from 'zod';

import { listOrdersParameters, toListOrdersQuery } from '../list-orders-query.js';
import { listInBrackets } from '../../kit/list-in-brackets.js';
import { customerIdSchema, customerKeyOf } from '../../kit/prefixed-ids.js';

/** The sorts of a list. A minus means descending: the highest or newest first. */
const salesOrderSorts = orderSorts.flatMap((sort) => [sort, `-${sort}`] as const);

/** The parameters of `GET /api/v1/sales/orders`. */
export const listSalesOrdersParameters = listInBrackets(
  'status',
  listOrdersParameters.omit({ channel: true, number: true }).extend({
    order_number: listOrdersParameters.shape.number,
    customer_id: customerIdSchema.optional().meta({ description: 'Orders of this customer.' }),
    sort: z.enum(salesOrderSorts).default('-created_at').meta({
      description:
        'The lowest or oldest first, or with a minus the highest or newest. `order_number` is by its number, `total` by its amount whatever the currency. An order that changes while you page by `updated_at` comes again at the end, and is missed with a minus.',
    }),
  }),
);

/**
 * Converts the parameters of `GET /api/v1/sales/orders`.
 *
 * @throws RefusedError for a cursor together with an offset or with another sort
 */
export function toListSalesOrdersQuery(
  tenantId: string,
  { customer_id, order_number: number, sort, ...parameters }: z.output<typeof listSalesOrdersParameters>,
): OrderListQuery {
  const field = orderSorts.find((one) => sort.endsWith(one));
  return {
    ...toListOrdersQuery({ ...parameters, number }, field),
    ...(customer_id === undefined ? {} : { customerId: customerKeyOf(tenantId, customer_id).customerId }),
    ...(sort.startsWith('-') ? {} : { isAscending: true }),
  };
}
