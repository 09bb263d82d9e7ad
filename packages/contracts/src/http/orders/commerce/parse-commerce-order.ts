import type { NewOrder } from '@oms/domain';

import type { z } from 'zod';

import { hashOf } from '../../kit/canonical-json.js';
import { toNewOrder } from '../new-order.js';
import type { createCommerceOrderBody } from './commerce-order-body.js';
import { commerceCustomerOf } from './commerce-order-id.js';

/** An order that a client of the Commerce API requested. A line that names only a SKU has no variant yet. */
export interface CommerceOrderCommand {
  readonly order: NewOrder;
  /** The hash of the request as sent: the variant of a SKU can change between a request and its retry. */
  readonly requestHash: string;
  /** For each line, whether the client said whether it has to be shipped. */
  readonly statesShipping: readonly boolean[];
}

/**
 * Converts the body of `POST /v1/orders`.
 *
 * @throws RefusedError for an invalid amount or impossible totals
 */
export function toCommerceOrder(
  tenantId: string,
  body: z.output<typeof createCommerceOrderBody>,
): CommerceOrderCommand {
  const { customer_id: customer, items, payment_provider: provider, ...rest } = body;
  const order: NewOrder = {
    ...toNewOrder({
      ...rest,
      payment_provider: provider,
      items: items.map(({ title, ...item }) => ({ ...item, product_title: title })),
    }),
    ...(typeof customer === 'string' ? commerceCustomerOf(tenantId, customer) : {}),
  };
  const statesShipping = items.map(({ requires_shipping: stated }) => typeof stated === 'boolean');
  return { order, requestHash: hashOf(order), statesShipping };
}
