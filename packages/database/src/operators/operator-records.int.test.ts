import type { OrderCommandOf } from '@oms/domain';
import { beforeAll, describe, expect, it } from 'vitest';

import { recordUnknownOutcome } from '../payments/payment-records.js';
import { findOrderProof } from '../proof/order-proof.js';
import { apply, changeOf, confirmedOrder } from '../testing/living-orders.js';
import { newScope, system } from '../testing/orders.js';
import { openTestDatabase, type TestDatabase } from '../testing/test-database.js';
import { recordPaymentStatement } from './operator-records.js';

let test: TestDatabase;

beforeAll(async () => {
  test = await openTestDatabase();
  return () => test.close();
});

describe('a refund that an operator states', () => {
  it('of the money above the total → the order is no longer overpaid', async () => {
    const lines = [{ quantity: 3, unitPriceMinor: 500, requiresShipping: false }];
    const order = await confirmedOrder(test.database, newScope(), { lines }, 2_000);
    const orderOf = () =>
      test.database.prisma.order.findUniqueOrThrow({
        where: { id: order.orderId },
        select: { flags: true, paymentStatus: true },
      });
    await apply(test.database, order, { type: 'refund', amountMinor: 500 });
    const unknown = { operation: 'refund', message: 'no answer', actor: system } as const;
    await recordUnknownOutcome(test.database, order, unknown);
    expect(await orderOf()).toEqual({ flags: ['overpaid'], paymentStatus: 'unknown' });
    const command: OrderCommandOf<'resolve_payment'> = {
      ...{ type: 'resolve_payment', by: 'ada', reason: 'outage', outcome: 'refunded', amountMinor: 500 },
      ...{ providerObjectId: 're_1', evidence: 'the dashboard' },
    };
    const statement = {
      change: { ...changeOf(order, command), command },
      ...{ provider: { isUnasked: false }, providerSaid: 'no answer' },
    };
    expect(await recordPaymentStatement(test.database, statement)).toMatchObject({ kind: 'applied' });
    expect(await orderOf()).toEqual({ flags: [], paymentStatus: 'partially_refunded' });
    expect((await findOrderProof(test.database, order))?.faults).toEqual([]);
  });
});
