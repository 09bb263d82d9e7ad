import type { OrderListQuery } from '@oms/domain';
import type { z } from 'zod';

import { orderListNames, orderListParameters, toListOrdersQuery } from '../list-orders-query.js';
import { listInBrackets } from '../../kit/list-in-brackets.js';
import { customerIdSchema, customerKeyOf } from '../../kit/prefixed-ids.js';

/** The parameters of `GET /api/v1/sales/orders`. */
export const listSalesOrdersParameters = listInBrackets(
  orderListNames,
  orderListParameters.omit({ channel: true, number: true }).extend({
    order_number: orderListParameters.shape.number,
    customer_id: customerIdSchema.optional().meta({ description: 'Orders of this customer.' }),
  }),
);

/**
 * Converts the parameters of `GET /api/v1/sales/orders`.
 *
 * @throws RefusedError for a cursor together with an offset or with another sort
 */
export function toListSalesOrdersQuery(
  tenantId: string,
  { customer_id, order_number: number, ...parameters }: z.output<typeof listSalesOrdersParameters>,
): OrderListQuery {
  return {
    ...toListOrdersQuery({ ...parameters, number }),
    ...(customer_id === undefined ? {} : { customerId: customerKeyOf(tenantId, customer_id).customerId }),
  };
}
