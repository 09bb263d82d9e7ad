import type { OrderListQuery } from '@oms/domain';
import type { z } from 'zod';

import { anyOf } from '../../kit/any-of.js';
import { listInBrackets } from '../../kit/list-in-brackets.js';
import { orderListNames, orderListParameters, toListOrdersQuery } from '../list-orders-query.js';
import { commerceCustomerId, commerceCustomerOf } from './commerce-order-id.js';
import {
  commercePaymentStatuses,
  commerceStatuses,
  paymentStatusesShownAs,
  statusesShownAs,
} from './commerce-order-resource.js';

const { shape } = orderListParameters;

/** The parameters of `GET /v1/orders`. */
export const listCommerceOrdersParameters = listInBrackets(
  orderListNames,
  orderListParameters.omit({ channel: true }).extend({
    status: anyOf(commerceStatuses)
      .optional()
      .meta(shape.status.meta() ?? {}),
    payment_status: anyOf(commercePaymentStatuses)
      .optional()
      .meta(shape.payment_status.meta() ?? {}),
    customer_id: commerceCustomerId.optional().meta({ description: 'Orders of this customer.' }),
  }),
);

/**
 * Converts the parameters of `GET /v1/orders`.
 *
 * @throws RefusedError for a cursor together with an offset or with another sort
 */
export function toListCommerceOrdersQuery(
  tenantId: string,
  { customer_id, status, payment_status, ...parameters }: z.output<typeof listCommerceOrdersParameters>,
): OrderListQuery {
  const customer = customer_id === undefined ? undefined : commerceCustomerOf(tenantId, customer_id);
  return {
    ...toListOrdersQuery({
      ...parameters,
      status: status?.flatMap(statusesShownAs),
      payment_status: payment_status?.flatMap(paymentStatusesShownAs),
    }),
    ...(customer === undefined ? {} : { customerId: customer.customerId }),
  };
}
