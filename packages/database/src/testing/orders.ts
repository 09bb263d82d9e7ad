import { randomUUID } from 'node:crypto';

import { orderIdFor } from '@oms/contracts/temporal';
import { computeTotals, type Actor, type NewOrder, type NewOrderLine, type TenantScope } from '@oms/domain';

import type { Database } from '../kit/database.js';
import { isDatabaseAway } from '../kit/database-error.js';
import { recordOrder, type OrderToRecord } from '../orders/order-recorder.js';

export const shopper: Actor = { type: 'user', id: 'shopper' };
export const system: Actor = { type: 'system', id: 'test' };

/** A tenant and organisation that nobody else has. */
export function newScope(): TenantScope {
  return { tenantId: randomUUID(), orgId: randomUUID() };
}

/** A line that needs no stock. */
export const serviceLine: NewOrderLine = {
  productTitle: 'Gift wrapping',
  quantity: 1,
  unitPriceMinor: 1_000,
  requiresShipping: false,
};

export interface OrderWishes extends Partial<Omit<NewOrder, 'totals'>> {
  readonly key?: string;
  readonly actor?: Actor;
  readonly isDraft?: boolean;
  /** No provider has to do with it. */
  readonly isPaidByInvoice?: boolean;
}

/** An order that is not placed yet, with the changes of the test. */
export function orderToRecord(scope: TenantScope, wishes: OrderWishes = {}): OrderToRecord {
  const {
    key = randomUUID(),
    actor = shopper,
    lines = [serviceLine],
    isDraft = false,
    isPaidByInvoice,
    ...rest
  } = wishes;
  const none = { discountMinor: 0, taxMinor: 0, shippingMinor: 0 };
  return {
    ...scope,
    orderId: orderIdFor(scope, key),
    idempotencyKey: key,
    requestHash: `hash of ${key}`,
    requestId: randomUUID(),
    actor,
    isDraft,
    order: {
      currency: 'USD',
      currencyExponent: 2,
      ...(isPaidByInvoice === true
        ? {}
        : { paymentProvider: 'stripe' as const, paymentReference: `pi_${randomUUID()}` }),
      metadata: {},
      ...rest,
      lines,
      totals: computeTotals(lines, none),
    },
  };
}

/** Records a new order, which is then pending. */
export async function placeOrder(
  database: Database,
  scope: TenantScope,
  wishes: OrderWishes = {},
): Promise<OrderToRecord> {
  const order = orderToRecord(scope, wishes);
  await asCallersDo(() => recordOrder(database, order));
  return order;
}

/** Retries a call that waited too long for a busy pool, as callers in production do. */
export async function asCallersDo<Result>(call: () => Promise<Result>): Promise<Result> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      if (!isDatabaseAway(error)) throw error;
    }
  }
}
