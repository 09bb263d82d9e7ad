import type { OrderListQuery } from '@oms/domain';
import type { z } from 'zod';

import { anyOf } from '../../kit/any-of.js';
import { listOrdersParameters, toListOrdersQuery } from '../list-orders-query.js';
import { commerceCustomerId, commerceCustomerOf } from './commerce-order-id.js';
import { commerceStatuses, statusesShownAs } from './commerce-order-resource.js';

/** The parameters of `GET /v1/orders`. */
export const listCommerceOrdersParameters = listOrdersParameters.omit({ channel: true }).extend({
  status: anyOf(commerceStatuses)
    .optional()
    .meta({ description: 'Orders that show any of these statuses: repeated, or separated by commas.' }),
  customer_id: commerceCustomerId.optional().meta({ description: 'Orders of this customer.' }),
});

/**
 * Converts the parameters of `GET /v1/orders`.
 *
 * @throws RefusedError for a cursor together with an offset
 */
export function toListCommerceOrdersQuery(
  tenantId: string,
  { customer_id, status, ...parameters }: z.output<typeof listCommerceOrdersParameters>,
): OrderListQuery {
  const customer = customer_id === undefined ? undefined : commerceCustomerOf(tenantId, customer_id);
  return {
    ...toListOrdersQuery({ ...parameters, status: status?.flatMap((one) => [...statusesShownAs(one)]) }),
    ...(customer === undefined ? {} : { customerId: customer.customerId }),
  };
}
