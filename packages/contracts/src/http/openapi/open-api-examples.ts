import type { Order, OrderEvent } from '@oms/domain';

import { createOrderExample } from '../orders/create-order-example.js';
import { renderEvents } from '../orders/order-event-resource.js';
import { parseCreateOrder } from '../orders/parse-create-order.js';
import { renderOrder, renderOrderList, renderPlacedOrder } from '../orders/render-order.js';

const orderId = 'a1b2c3d4-e5f6-7890-abcd-ef1234567890';
const worker = (id: string) => ({ type: 'system', id }) as const;

/** The example order of the documentation, once it is confirmed. */
function confirmedOrder(): Order {
  const { idempotencyKey, order } = parseCreateOrder(createOrderExample);
  return {
    ...order,
    id: orderId,
    tenantId: '11111111-2222-3333-4444-555555555555',
    orgId: '66666666-7777-8888-9999-000000000000',
    number: 'ORD-10001',
    idempotencyKey,
    status: 'confirmed',
    paymentStatus: 'captured',
    flags: [],
    lines: order.lines.map((line, index) => ({
      ...line,
      id: 'b2c3d4e5-f6a7-8901-bcde-f23456789012',
      position: index + 1,
    })),
    version: 5,
    createdAt: '2026-11-21T10:00:00.000Z',
    updatedAt: '2026-11-21T10:00:01.204Z',
    statusTimes: { pending: '2026-11-21T10:00:00.000Z', confirmed: '2026-11-21T10:00:01.204Z' },
  };
}

function eventsOfConfirmedOrder(totalMinor: number): readonly OrderEvent[] {
  const at = (milliseconds: number) => new Date(Date.UTC(2026, 10, 21, 10, 0, 0, milliseconds)).toISOString();
  return [
    {
      sequence: 1,
      type: 'order.placed',
      to: 'pending',
      actor: { type: 'user', id: 'user-42' },
      data: {},
      occurredAt: at(0),
    },
    {
      sequence: 2,
      type: 'payment.authorized',
      from: 'pending',
      to: 'authorized',
      actor: worker('payment-worker'),
      data: { amountMinor: totalMinor },
      occurredAt: at(311),
    },
    {
      sequence: 3,
      type: 'inventory.reserved',
      actor: worker('inventory-worker'),
      data: { lines: 1, units: 2 },
      occurredAt: at(560),
    },
    {
      sequence: 4,
      type: 'payment.captured',
      from: 'authorized',
      to: 'captured',
      actor: worker('payment-worker'),
      data: { amountMinor: totalMinor },
      occurredAt: at(987),
    },
    {
      sequence: 5,
      type: 'order.confirmed',
      from: 'pending',
      to: 'confirmed',
      actor: worker('order-worker'),
      data: {},
      occurredAt: at(1204),
    },
  ];
}

/** Examples of all bodies, rendered by what renders the real ones. */
export function bodyExamples() {
  const order = confirmedOrder();
  const position = { createdAt: order.createdAt, id: order.id };
  return {
    createOrder: createOrderExample,
    placedOrder: renderPlacedOrder(orderId),
    acceptedPlacement: { ...renderPlacedOrder(orderId), status: 'pending' },
    order: renderOrder(order),
    orderList: renderOrderList({ orders: [order], limit: 1, next: position }, { offset: 0 }),
    orderEvents: renderEvents(eventsOfConfirmedOrder(order.totals.totalMinor), { isForOperator: false }),
  } as const;
}
