import { verdictOf } from '@oms/domain';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { OrderToRecord } from '../orders/order-recorder.js';
import { settleRefund } from '../returns/refund-records.js';
import { createInvoicing } from '../testing/invoicing.js';
import { apply, partOfAnswer, refundOf } from '../testing/living-orders.js';
import { newScope, system } from '../testing/orders.js';
import { openTestDatabase, type TestDatabase } from '../testing/test-database.js';

describe('the proof of an order', () => {
  let test: TestDatabase;
  let invoicing: ReturnType<typeof createInvoicing>;

  beforeAll(async () => {
    test = await openTestDatabase();
    return () => test.close();
  });
  beforeEach(() => {
    invoicing = createInvoicing(test, newScope());
  });

  async function verdictOn(order: OrderToRecord) {
    const proof = await invoicing.proofOf(order);
    return { balances: verdictOf(proof), faults: proof.faults, unsettled: proof.unsettled };
  }

  it('is unsettled while a refund is under way, and balances once it was given', async () => {
    const order = await invoicing.confirmed();
    const id = partOfAnswer(await apply(test.database, order, { type: 'refund', amountMinor: 1_000 }));
    expect(await verdictOn(order)).toEqual({
      ...{ balances: 'unsettled', faults: [] },
      unsettled: ['10.00 USD is being given back'],
    });
    const movement = { idempotencyKey: id, amountMinor: 1_000, providerObjectId: id };
    const refund = await refundOf(test.database, order, id);
    await settleRefund(test.database, order, { refund, movement, actor: system });
    expect(await verdictOn(order)).toEqual({ balances: true, faults: [], unsettled: [] });
  });

  it('finds money that is kept for cancelled units', async () => {
    const order = await invoicing.confirmed();
    await invoicing.cancelUnits(order, 2);
    expect(await verdictOn(order)).toMatchObject({ balances: 'unsettled', faults: [] });
    await invoicing.spoil(
      order,
      `UPDATE refunds SET status = 'failed', failure = 'declined', settled_at = now() WHERE order_id = '${order.orderId}'`,
    );
    // Two of three units were cancelled: 10.00 of 30.00 is due.
    expect((await verdictOn(order)).faults).toContain(
      '30.00 USD is kept, and the units that were not cancelled are worth 10.00 USD with the shipping',
    );
  });
});
