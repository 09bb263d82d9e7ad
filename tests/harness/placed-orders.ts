import { findStockLevel } from '@oms/database';

import { placeAsClientsDo } from './api-client.js';
import { orderBody, orderBodyTotalMinor, orderItem } from './order-body.js';
import type { StackClient } from './test-stack.js';

/** A stocked variant and its location, in the API's names. */
export type StockedAt = Awaited<ReturnType<StackClient['stock']>>;

/** Prepares the body of an order: authorises its total at Stripe, and stocks this many units for its only line. */
export async function payableOrder(stack: StackClient, stockedUnits = 10) {
  const level = await stack.stock(stockedUnits);
  const reference = await stack.simulator.authorization(orderBodyTotalMinor);
  return { level, reference, body: orderBody({ payment_reference: reference, items: [orderItem(level)] }) };
}

/**
 * Places an order and waits until it is confirmed.
 *
 * @throws Error when the order is cancelled instead
 */
export async function confirmedOrder(stack: StackClient, stockedUnits = 10) {
  const { level, reference, body } = await payableOrder(stack, stockedUnits);
  const { order_id: id } = (await placeAsClientsDo(stack.api, body)).body;
  const order = await stack.orderReaching(id, ['confirmed', 'cancelled']);
  if (order.status !== 'confirmed') throw new Error(`order ${id} is ${order.status}`);
  return { id, level, reference, order };
}

/** The units of a variant on hand and reserved. */
export async function stockOf(stack: StackClient, level: StockedAt) {
  const { tenantId, orgId, database } = stack;
  const found = await findStockLevel(database, {
    ...{ tenantId, orgId, variantId: level.variant_id, locationId: level.location_id },
  });
  return found && { onHand: found.onHand, reserved: found.reserved };
}
