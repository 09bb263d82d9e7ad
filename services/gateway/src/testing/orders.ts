import { randomUUID } from 'node:crypto';

import { createOrderExample } from '@oms/contracts/http';
import type { NewOrder, Order, OrderEvent, TenantScope } from '@oms/domain';

/** The API's example order, parsed. */
export function newOrder(changes: Partial<NewOrder> = {}): NewOrder {
  return {
    currency: 'USD',
    currencyExponent: 2,
    paymentProvider: 'stripe',
    paymentReference: `pi_${randomUUID()}`,
    channel: 'web-storefront',
    metadata: {},
    totals: { subtotalMinor: 17_998, discountMinor: 0, taxMinor: 0, shippingMinor: 0, totalMinor: 17_998 },
    lines: [
      { productTitle: 'Classic Wool Sweater', quantity: 2, unitPriceMinor: 8_999, requiresShipping: true },
    ],
    ...changes,
  };
}

/** A recorded order. */
export function recordedOrder(scope: TenantScope, id: string = randomUUID()): Order {
  const { lines, ...rest } = newOrder();
  return {
    ...rest,
    tenantId: scope.tenantId,
    orgId: scope.orgId,
    id,
    number: 'ORD-10001',
    idempotencyKey: randomUUID(),
    status: 'pending',
    paymentStatus: 'pending',
    flags: [],
    lines: lines.map((line, index) => ({ ...line, id: randomUUID(), position: index + 1 })),
    version: 1,
    createdAt: '2026-03-01T12:00:00.000Z',
    updatedAt: '2026-03-01T12:00:00.000Z',
    statusTimes: { pending: '2026-03-01T12:00:00.000Z' },
  };
}

/** The history of an order that was only placed. */
export function placedEvents(): readonly OrderEvent[] {
  return [
    {
      sequence: 1,
      type: 'order.placed',
      to: 'pending',
      actor: { type: 'user', id: 'user-1' },
      data: {},
      occurredAt: '2026-03-01T12:00:00.000Z',
    },
  ];
}

/** The body of the API's example order, under a new key. */
export function orderBody(changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return { ...createOrderExample, idempotency_key: `cart-${randomUUID()}`, ...changes };
}
