import { z } from 'zod';

import { listOrdersParameters, toListOrdersQuery, type ListOrdersQuery } from '../list-orders-query.js';
import { parseRequest } from '../parse-request.js';
import { RequestError } from '../request-error.js';
import { customerIdSchema, customerKeyOf } from './prefixed-ids.js';

/** By what orders can be sorted. */
export const salesOrderSorts = ['created_at', '-created_at'] as const;

/** The parameters of `GET /api/v1/sales/orders`. */
export const listSalesOrdersParameters = listOrdersParameters.omit({ channel: true, number: true }).extend({
  order_number: listOrdersParameters.shape.number,
  customer_id: customerIdSchema.optional().meta({ description: 'Orders of this customer.' }),
  sort: z
    .enum(salesOrderSorts)
    .default('-created_at')
    .meta({ description: 'Oldest first, or with a minus newest first.' }),
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
): ListOrdersQuery {
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
  return {
    ...toListOrdersQuery({ ...parameters, number }),
    ...(customer_id === undefined ? {} : { customerId: customerKeyOf(tenantId, customer_id).customerId }),
    ...(sort === 'created_at' ? { oldestFirst: true } : {}),
  };
}
