import { findStockLevel } from '@oms/database';

import { placeAsClientsDo } from './api-client.js';
import { orderBody, orderBodyTotalMinor, orderItem } from './order-body.js';
import type { StackClient } from './test-stack.js';

/** Where a variant is kept, as the API names it. */
export type StockedAt = Awaited<ReturnType<StackClient['stock']>>;

/** An order that can be posted: what it costs is authorised at Stripe, and of its one line this many units are there. */
export async function payableOrder(stack: StackClient, stockedUnits = 10) {
  const level = await stack.stock(stockedUnits);
  const reference = await stack.simulator.authorization(orderBodyTotalMinor);
  return { level, reference, body: orderBody({ payment_reference: reference, items: [orderItem(level)] }) };
}

/** An order that was placed and confirmed. @throws Error when it is cancelled instead */
export async function confirmedOrder(stack: StackClient, stockedUnits = 10) {
  const { level, reference, body } = await payableOrder(stack, stockedUnits);
  const { order_id: id } = (await placeAsClientsDo(stack.api, body)).body;
  const order = await stack.orderReaching(id, ['confirmed', 'cancelled']);
  if (order.status !== 'confirmed') throw new Error(`order ${id} is ${order.status}`);
  return { id, level, reference, order };
}

/** How many units of a variant there are, and are held for orders. */
export async function stockOf(stack: StackClient, level: StockedAt) {
  const { tenantId, orgId, database } = stack;
  const found = await findStockLevel(database, {
    ...{ tenantId, orgId, variantId: level.variant_id, locationId: level.location_id },
  });
  return found && { onHand: found.onHand, reserved: found.reserved };
}
