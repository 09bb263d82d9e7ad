import type { OrderListQuery } from '@oms/domain';
import { z } from 'zod';

import { listOrdersParameters, toListOrdersQuery } from '../list-orders-query.js';
import { parseRequest } from '../parse-request.js';
import { commerceCustomerId, commerceCustomerOf } from './commerce-order-id.js';
import { commerceStatuses, statusesShownAs } from './commerce-order-resource.js';

const statuses = z.preprocess(
  (value) => [value].flat().flatMap((one: unknown) => (typeof one === 'string' ? one.split(',') : [one])),
  z.array(z.enum(commerceStatuses)),
);

/** The parameters of `GET /v1/orders`. */
export const listCommerceOrdersParameters = listOrdersParameters.omit({ channel: true }).extend({
  status: statuses
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
