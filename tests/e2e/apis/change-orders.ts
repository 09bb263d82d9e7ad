import { randomUUID } from 'node:crypto';

import { orderIdOfSales } from '@oms/contracts/http';
import { orderChangeUpdates, orderWorkflowId } from '@oms/contracts/temporal';
import type { OrderCommandType } from '@oms/domain';
import { eventually } from '@oms/stack';
import {
  orderBody,
  orderItem,
  placeAsClientsDo,
  updateAsOperatorsDo,
  type SalesClient,
  type TestStack,
} from '@oms/testing';
import { patient, useSalesClient, useStarted, useTestStack } from '@oms/testing/vitest';

import type { ChangeApi, State } from './change-table.js';
import { operatorEnv } from '../operators/operator-stage.js';

/** An order in a state, with the ids that its changes need. */
export interface StandingOrder {
  readonly id: string;
  readonly lineId: string;
  readonly shipmentId: string;
  readonly returnId: string;
}

export interface ChangeStage {
  readonly stack: TestStack;
  readonly sales: SalesClient;
  readonly productId: string;
}

/** Starts a stack with long timeouts, clients with all permissions, and ample stock. */
export function useChangeStage(): ChangeStage {
  const stack = useTestStack({ env: { ...patient, ...operatorEnv } });
  const sales = useSalesClient(stack);
  const product = useStarted({ start: async () => ({ id: await sales.product(1_000) }) });
  return {
    stack,
    sales,
    get productId() {
      return product.id;
    },
  };
}

const priceMinor = 8_999;
const units = 2;

/** Sends an update as an operator does. Its id is the change's. */
export async function update(
  { stack }: Pick<ChangeStage, 'stack'>,
  id: string,
  type: OrderCommandType,
  request: object = {},
) {
  const handle = stack.temporal.workflow.getHandle(orderWorkflowId(id));
  const { name } = orderChangeUpdates[type];
  return updateAsOperatorsDo<{ status: string; partId?: string }>(handle, name, request);
}

async function placeDraft({ stack, sales, productId }: ChangeStage): Promise<string> {
  const reference = await stack.simulator.authorization(priceMinor * units);
  const { status, body } = await sales.post('/orders', {
    customer_id: 'cust_01J9RPMNVK4W',
    line_items: [{ product_id: productId, quantity: units, unit_price: '89.99' }],
    payment_provider: 'stripe',
    payment_reference: reference,
  });
  const id = orderIdOfSales(String(body['id']));
  if (id === undefined) throw new Error(`the draft was not made: ${status} ${JSON.stringify(body)}`);
  await stack.orderReaching(id, ['draft']);
  return id;
}

async function place({ stack }: ChangeStage, { isStuck }: { readonly isStuck: boolean }): Promise<string> {
  const reference = await stack.simulator.authorization(priceMinor * units);
  const operation = 'payment_intents.capture';
  if (isStuck) {
    await stack.simulator.fault({ operation, kind: 'error_before', paymentIntent: reference });
  }
  const items = [orderItem(await stack.stock(units))];
  const { body } = await placeAsClientsDo(stack.api, orderBody({ payment_reference: reference, items }));
  const id = body.order_id;
  if (!isStuck) {
    await stack.orderReaching(id, ['confirmed']);
    return id;
  }
  await eventually(`order ${id} waiting for the provider`, async () => {
    const { body: status } = await stack.api.request('GET', `/api/v1/oms/orders/${id}/status`);
    return status['waiting'] ? true : undefined;
  });
  return id;
}

/** Makes an order in a state, with a return if the change needs one. */
export async function makeOrder(stage: ChangeStage, state: State, change: string): Promise<StandingOrder> {
  const id =
    state === 'draft' ? await placeDraft(stage) : await place(stage, { isStuck: state === 'pending' });
  const { body } = await stage.stack.api.getOrder(id);
  const lineId = String(body.items[0]?.['id']);
  const unnamed = { id, lineId, shipmentId: randomUUID(), returnId: randomUUID() };
  const shipped = ['partly shipped', 'shipped', 'delivered', 'closed'].includes(state);
  if (state === 'cancelled') await update(stage, id, 'cancel');
  if (state === 'processing') await update(stage, id, 'start_processing');
  if (!shipped) return unnamed;
  const lines = [{ lineId, quantity: 1 }];
  const { partId: shipmentId = '' } = await update(stage, id, 'ship', {
    startsProcessing: true,
    ...(state === 'partly shipped' ? { lines } : {}),
  });
  if (state === 'delivered' || state === 'closed') await update(stage, id, 'deliver');
  if (state === 'closed') await update(stage, id, 'close');
  const isAboutReturn = state === 'delivered' && change.endsWith('the return');
  const returnId = isAboutReturn ? await makeReturn(stage, id, { lines, change }) : unnamed.returnId;
  return { id, lineId, shipmentId, returnId };
}

async function makeReturn(
  stage: ChangeStage,
  id: string,
  { lines, change }: { readonly lines: object; readonly change: string },
): Promise<string> {
  const { partId: returnId = '' } = await update(stage, id, 'request_return', { lines });
  if (change === 'approve the return' || change === 'decline the return') return returnId;
  await update(stage, id, 'decide_return', { returnId, isApproved: true });
  if (change === 'refund the return') await update(stage, id, 'receive_return', { returnId });
  return returnId;
}

const corrected = { line1: '1 Main St', city: 'Austin', country: 'US' };

/** The requests for a change: on the Orders API, on the Sales API, and as an Update. */
export interface ChangeRequests {
  readonly orders?: readonly [path: string, body: object, method?: 'PATCH'];
  readonly sales?: readonly [path: '' | '/status' | '/shipment', body: object];
  readonly update?: readonly [type: OrderCommandType, request: object];
}

const correction = { tracking_number: '1Z-2' };

export function requestsOf(change: string, order: StandingOrder): ChangeRequests {
  const { lineId, shipmentId, returnId } = order;
  const someLines = (quantity: number) => ({ lines: [{ lineId, quantity }] });
  const someItems = (quantity: number) => ({ items: [{ item_id: lineId, quantity }] });
  const ship = (quantity: number): ChangeRequests => ({
    orders: ['/fulfillments', someItems(quantity)],
    update: ['ship', { ...someLines(quantity), startsProcessing: true }],
  });
  const lose = (quantity: number): ChangeRequests => ({
    orders: [
      `/fulfillments/${shipmentId}/return-to-sender`,
      { items: [{ item_id: lineId, quantity, condition: 'missing' }] },
    ],
    update: ['return_to_sender', { shipmentId, units: [{ lineId, quantity, condition: 'missing' }] }],
  });
  const requests: Readonly<Record<string, ChangeRequests>> = {
    edit: { sales: ['', { shipping_amount: '1' }], update: ['edit', { shippingMinor: 100 }] },
    'correct the address': {
      orders: ['', { shipping_address: corrected }, 'PATCH'],
      sales: ['', { shipping_address: corrected }],
      update: ['edit', { shippingAddress: corrected }],
    },
    note: {
      orders: ['', { note: 'ring twice' }, 'PATCH'],
      sales: ['', { note: 'ring twice' }],
      update: ['edit', { note: 'ring twice' }],
    },
    confirm: { sales: ['/status', { status: 'confirmed' }], update: ['confirm', {}] },
    cancel: {
      orders: ['/cancel', { reason: 'changed my mind' }],
      sales: ['/status', { status: 'cancelled', reason: 'changed my mind' }],
      update: ['cancel', {}],
    },
    'cancel one unit': { orders: ['/cancellations', someItems(1)], update: ['cancel_units', someLines(1)] },
    'cancel two units': { orders: ['/cancellations', someItems(2)], update: ['cancel_units', someLines(2)] },
    process: { sales: ['/status', { status: 'processing' }], update: ['start_processing', {}] },
    'ship all': { orders: ['/fulfillments', {}], update: ['ship', { startsProcessing: true }] },
    'ship all of what is processed': {
      sales: ['/status', { status: 'shipped', tracking_number: '1Z', carrier: 'UPS' }],
      update: ['ship', {}],
    },
    'ship one unit': ship(1),
    'ship three units': ship(3),
    'deliver all': { sales: ['/status', { status: 'delivered' }], update: ['deliver', {}] },
    'deliver the first parcel': {
      orders: [`/fulfillments/${shipmentId}/deliver`, {}],
      update: ['deliver', { shipmentId }],
    },
    'deliver an unknown parcel': {
      orders: [`/fulfillments/${order.id}/deliver`, {}],
      update: ['deliver', { shipmentId: order.id }],
    },
    'correct the first parcel': {
      orders: [`/fulfillments/${shipmentId}`, correction, 'PATCH'],
      update: ['correct_shipment', { shipmentId, trackingNumber: '1Z-2' }],
    },
    'cancel the first parcel': {
      orders: [`/fulfillments/${shipmentId}/cancel`, { reason: 'by mistake' }],
      update: ['cancel_shipment', { shipmentId }],
    },
    'return to sender the first parcel': {
      orders: [`/fulfillments/${shipmentId}/return-to-sender`, { reason: 'address unknown' }],
      update: ['return_to_sender', { shipmentId }],
    },
    'lose one unit of the first parcel': lose(1),
    'lose two units of the first parcel': lose(2),
    'correct the newest parcel': {
      sales: ['/shipment', correction],
      update: ['correct_shipment', { trackingNumber: '1Z-2' }],
    },
    close: {
      orders: ['/close', {}],
      sales: ['/status', { status: 'closed' }],
      update: ['close', {}],
    },
    'request a return': { orders: ['/returns', someItems(1)], update: ['request_return', someLines(1)] },
    'approve the return': {
      orders: [`/returns/${returnId}/approve`, {}],
      update: ['decide_return', { returnId, isApproved: true }],
    },
    'decline the return': {
      orders: [`/returns/${returnId}/decline`, {}],
      update: ['decide_return', { returnId, isApproved: false }],
    },
    'receive the return': {
      orders: [`/returns/${returnId}/receive`, {}],
      update: ['receive_return', { returnId }],
    },
    'cancel the return': {
      orders: [`/returns/${returnId}/cancel`, {}],
      update: ['cancel_return', { returnId }],
    },
    'refund the return': {
      orders: ['/refunds', { return_id: returnId }],
      update: ['refund', { returnId }],
    },
    'refund all': { orders: ['/refunds', { all: true }], update: ['refund', { all: true }] },
    'refund 10.00': { orders: ['/refunds', { amount: '10.00' }], update: ['refund', { amountMinor: 1_000 }] },
    'refund one unit': { orders: ['/refunds', someItems(1)], update: ['refund', someLines(1)] },
    'refund more than was captured': {
      orders: ['/refunds', { amount: '179.99' }],
      update: ['refund', { amountMinor: 17_999 }],
    },
    'become draft': { sales: ['/status', { status: 'draft' }] },
    'become pending': { sales: ['/status', { status: 'pending' }] },
  };
  const found = requests[change];
  if (!found) throw new Error(`there is no change ${change}`);
  return found;
}

/** The part of an order that a refusal names. */
export function namedPart(change: string, { id, shipmentId, returnId }: StandingOrder): string {
  if (change === 'deliver an unknown parcel') return id;
  return change.endsWith('the first parcel') ? shipmentId : returnId;
}

export const apiLabels: Readonly<Record<ChangeApi, string>> = {
  orders: 'the Orders API',
  sales: 'the Sales API',
  update: 'an update',
};
