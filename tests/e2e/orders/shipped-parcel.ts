import { orderBody, orderItem, orderRequests, placeAsClientsDo, type StackClient } from '@oms/testing';

/** A captured order of three units at 10.00, which are all that there were, shipped in one parcel. */
export async function shippedParcel(stack: StackClient) {
  const level = await stack.stock(3);
  const reference = await stack.simulator.authorization(3_000);
  const items = [orderItem({ ...level, quantity: 3, unit_price: 10 })];
  const placed = await placeAsClientsDo(stack.api, orderBody({ payment_reference: reference, items }));
  const id = placed.body.order_id;
  const order = await stack.orderReaching(id, ['confirmed']);
  const shipment = { tracking_number: '1Z-1', carrier: 'UPS' };
  const parcel = await orderRequests(stack).change(id, '/fulfillments', shipment);
  const path = `/fulfillments/${String(parcel['id'])}`;
  return { id, level, reference, path, itemId: String(order.items[0]?.['id']) };
}
