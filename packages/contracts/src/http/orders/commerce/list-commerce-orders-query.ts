import type { OrderListQuery } from '@oms/domain';

import { anyOf } from '../../kit/any-of.js';
import { listOrdersParameters, toListOrdersQuery } from '../list-orders-query.js';
import { parseRequest } from '../../kit/parse-request.js';
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
 * Parses the query of `GET /v1/orders`.
 *
 * @throws RequestError for the first fault
 */
export function parseListCommerceOrdersQuery(
  tenantId: string,
  query: Readonly<Record<string, unknown>>,
): OrderListQuery {
  const nouns = { whole: 'the query', part: 'parameter' };
  const { customer_id, status, ...parameters } = parseRequest(listCommerceOrdersParameters, query, nouns);
  const customer = customer_id === undefined ? undefined : commerceCustomerOf(tenantId, customer_id);
  return {
    ...toListOrdersQuery({ ...parameters, status: status?.flatMap((one) => [...statusesShownAs(one)]) }),
    ...(customer === undefined ? {} : { customerId: customer.customerId }),
  };
}
