import { type OrderListQuery, orderSorts } from '@oms/domain';
import { z } from 'zod';

import { listOrdersParameters, toListOrdersQuery } from '../list-orders-query.js';
import { parseRequest } from '../../kit/parse-request.js';
import { RequestError } from '../../kit/request-error.js';
import { customerIdSchema, customerKeyOf } from '../../kit/prefixed-ids.js';

/** By what orders can be sorted: with a minus, the highest or newest first. */
const salesOrderSorts = orderSorts.flatMap((sort) => [sort, `-${sort}`] as const);

/** The parameters of `GET /api/v1/sales/orders`. */
export const listSalesOrdersParameters = listOrdersParameters.omit({ channel: true, number: true }).extend({
  order_number: listOrdersParameters.shape.number,
  customer_id: customerIdSchema.optional().meta({ description: 'Orders of this customer.' }),
  sort: z.enum(salesOrderSorts).default('-created_at').meta({
    description:
      'The lowest or oldest first, or with a minus the highest or newest. `order_number` is by its number, `total` by its amount whatever the currency. An order that changes while you page by `updated_at` comes again at the end, and is missed with a minus.',
  }),
});

/**
 * Parses the query of `GET /api/v1/sales/orders`. A list may be written with brackets behind its name
 * (`status[]=draft&status[]=confirmed`) or without.
 *
 * @throws RequestError for the first fault
 */
export function parseListSalesOrdersQuery(
  tenantId: string,
  query: Readonly<Record<string, unknown>>,
): OrderListQuery {
  const { 'status[]': listed, ...rest } = query;
  if (listed !== undefined && rest['status'] !== undefined) {
    throw new RequestError('status and status[] must not be used together', 'status');
  }
  const {
    customer_id,
    order_number: number,
    sort,
    ...parameters
  } = parseRequest(listSalesOrdersParameters, listed === undefined ? rest : { ...rest, status: listed }, {
    whole: 'the query',
    part: 'parameter',
  });
  const field = orderSorts.find((one) => sort.endsWith(one));
  return {
    ...toListOrdersQuery({ ...parameters, number }, field),
    ...(customer_id === undefined ? {} : { customerId: customerKeyOf(tenantId, customer_id).customerId }),
    ...(sort.startsWith('-') ? {} : { isAscending: true }),
  };
}
