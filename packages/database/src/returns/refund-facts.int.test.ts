import { randomUUID } from 'node:crypto';

import type { OrderRef } from '@oms/domain';
import { orderLineId } from '@oms/contracts/temporal';
import { beforeAll, describe, expect, it } from 'vitest';

import { findOrderProof } from '../proof/order-proof.js';
import { findOrderPayment, recordMovement } from '../payments/payment-records.js';
import { reconcileRefunds, type RefundAtProvider } from './refund-facts.js';
import { settleRefund } from './refund-records.js';
import {
  apply,
  confirmedOrder,
  partOfAnswer,
  receiveStockOf,
  stockedLine,
  refundOf,
} from '../testing/living-orders.js';
import { newScope, system } from '../testing/orders.js';
import { openTestDatabase, type TestDatabase } from '../testing/test-database.js';

let test: TestDatabase;

beforeAll(async () => {
  test = await openTestDatabase();
  return () => test.close();
});

const provider = { type: 'provider', id: 'stripe' } as const;

/** An order of 15.00 with a received return. */
async function returnedOrder() {
  const scope = newScope();
  const lines = [stockedLine()];
  await receiveStockOf(test.database, scope, lines);
  const order = await confirmedOrder(test.database, scope, { lines });
  await apply(test.database, order, { type: 'ship', startsProcessing: true });
  await apply(test.database, order, { type: 'deliver' });
  const units = [{ lineId: orderLineId(order.orderId, 1), quantity: 1 }];
  const returnId = partOfAnswer(await apply(test.database, order, { type: 'request_return', lines: units }));
  await apply(test.database, order, { type: 'decide_return', returnId, isApproved: true });
  await apply(test.database, order, { type: 'receive_return', returnId });
  return { order, returnId };
}

/** An order of 15.00 that its checkout captured 20.00 for. */
const overpaidOrder = () => confirmedOrder(test.database, newScope(), { lines: [digital] }, 2_000);
const digital = { quantity: 3, unitPriceMinor: 500, requiresShipping: false };

const flagsOf = async ({ orderId }: OrderRef): Promise<readonly string[]> =>
  (await test.database.prisma.order.findUniqueOrThrow({ where: { id: orderId } })).flags;

/** Refunds as the order's own step does. @returns the ids of the refund, ours and the provider's, and its amount */
async function refunded(
  order: OrderRef,
  wish: { returnId?: string; amountMinor?: number; all?: boolean } = { all: true },
) {
  const id = partOfAnswer(await apply(test.database, order, { type: 'refund', ...wish }));
  const refund = await refundOf(test.database, order, id);
  const { amountMinor, ordinal } = refund;
  const refundId = `re_${randomUUID()}`;
  const movement = {
    ...{ idempotencyKey: `${order.orderId}:refund:${ordinal}`, amountMinor, providerObjectId: refundId },
  };
  await settleRefund(test.database, order, { refund, movement, actor: system });
  return { id, refundId, amountMinor };
}

const reconcile = (order: OrderRef, ...refunds: readonly RefundAtProvider[]) =>
  reconcileRefunds(test.database, order, refunds, provider);

const failed = (refund: { refundId: string; amountMinor: number }): RefundAtProvider => ({
  ...{ refundId: refund.refundId, amountMinor: refund.amountMinor },
  ...{ state: 'failed', reason: 'the account is closed' },
});

const foreign = (amountMinor: number, refundId = `re_${randomUUID()}`): RefundAtProvider => ({
  ...{ refundId, amountMinor, state: 'succeeded' },
});

const faultsOf = async (order: OrderRef) => (await findOrderProof(test.database, order))?.faults;

async function countOf({ orderId }: OrderRef, type: string): Promise<number> {
  return test.database.prisma.orderEvent.count({ where: { orderId, type } });
}

describe('a refund that fails after the provider reported it as done', () => {
  it('is reversed once after concurrent reports: in ledger, refund, return, payment and flag', async () => {
    const { order, returnId } = await returnedOrder();
    const refund = await refunded(order, { returnId });
    const facts = await Promise.all(Array.from({ length: 8 }, () => reconcile(order, failed(refund))));
    expect(facts.filter((one) => one !== undefined)).toMatchObject([
      {
        ...{ paymentStatus: 'captured', capturedMinor: 1_500, refundedMinor: 0, flags: ['refund_failed'] },
        returns: [{ id: returnId, status: 'received' }],
      },
    ]);
    expect(await refundOf(test.database, order, refund.id)).toMatchObject({ status: 'failed' });
    expect(await countOf(order, 'payment.refund_failed')).toBe(1);
    expect(await faultsOf(order)).toEqual([]);
  });

  it('clears its flag once new refunds replace its whole amount', async () => {
    const { order, returnId } = await returnedOrder();
    const first = await refunded(order, { returnId });
    await reconcile(order, failed(first));
    const part = await refunded(order, { amountMinor: 100 });
    expect(await reconcile(order, failed(first))).toBeUndefined();
    expect(await flagsOf(order)).toEqual(['refund_failed']);
    const again = await refunded(order, { returnId });
    expect(again.refundId).not.toBe(first.refundId);
    expect(await flagsOf(order)).toEqual([]);
    expect(await findOrderPayment(test.database, order)).toMatchObject({
      ledger: { refundedMinor: part.amountMinor + again.amountMinor },
    });
    expect(await faultsOf(order)).toEqual([]);
  });

  it('of the same part twice → the flag goes once the part is refunded', async () => {
    const { order } = await returnedOrder();
    for (const count of [1, 2]) {
      await reconcile(order, failed(await refunded(order, { amountMinor: 400 })));
      expect(await flagsOf(order), `failure ${count}`).toEqual(['refund_failed']);
    }
    await refunded(order, { amountMinor: 399 });
    expect(await flagsOf(order)).toEqual(['refund_failed']);
    await refunded(order, { amountMinor: 1 });
    expect(await flagsOf(order)).toEqual([]);
  });

  it('of the money above the total → the order is overpaid again', async () => {
    const order = await overpaidOrder();
    expect(await flagsOf(order)).toEqual(['overpaid']);
    const refund = await refunded(order, { amountMinor: 500 });
    expect(await flagsOf(order)).toEqual([]);
    await reconcile(order, failed(refund));
    expect(await flagsOf(order)).toEqual(['overpaid', 'refund_failed']);
    expect(await faultsOf(order)).toEqual([]);
    await reconcile(order, foreign(500));
    expect(await flagsOf(order)).toEqual([]);
    expect(await faultsOf(order)).toEqual([]);
  });

  it("changes nothing before the order's own step has recorded it", async () => {
    const { order } = await returnedOrder();
    expect(await reconcile(order, failed({ refundId: 're_of_nobody', amountMinor: 500 }))).toBeUndefined();
    expect(await faultsOf(order)).toEqual([]);
  });

  it('of a cancelled order leaves the money to refund again', async () => {
    const scope = newScope();
    const order = await confirmedOrder(test.database, scope, { lines: [digital] });
    const refundId = `re_${randomUUID()}`;
    const ids = { idempotencyKey: `${order.orderId}:refund:1`, providerObjectId: refundId };
    const movement = { ...ids, amountMinor: 1_500, chargeMinor: 1_500, ordinal: 1 };
    await recordMovement(test.database, order, 'refund', movement, system);
    await reconcile(order, failed({ refundId, amountMinor: 1_500 }));
    expect(await findOrderPayment(test.database, order)).toMatchObject({
      ...{ paymentStatus: 'captured', ledger: { capturedMinor: 1_500, refundedMinor: 0 } },
    });
    await refunded(order);
    expect(await findOrderPayment(test.database, order)).toMatchObject({ paymentStatus: 'refunded' });
    expect(await faultsOf(order)).toEqual([]);
  });
});

describe('a refund made at the provider itself', () => {
  it('is recorded once after concurrent reports, with the provider as actor', async () => {
    const { order } = await returnedOrder();
    const elsewhere = foreign(400);
    const facts = await Promise.all(Array.from({ length: 8 }, () => reconcile(order, elsewhere)));
    expect(facts.filter((one) => one !== undefined)).toMatchObject([
      { paymentStatus: 'partially_refunded', capturedMinor: 1_500, refundedMinor: 400 },
    ]);
    const events = await test.database.prisma.orderEvent.findMany({
      where: { orderId: order.orderId, type: 'payment.refunded_elsewhere' },
    });
    expect(events).toMatchObject([
      {
        actorType: 'provider',
        actorId: 'stripe',
        data: { amountMinor: 400, providerObjectId: elsewhere.refundId },
      },
    ]);
    expect(await faultsOf(order)).toEqual([]);
  });

  it('reduces the money that is left to refund', async () => {
    const { order } = await returnedOrder();
    await reconcile(order, foreign(1_400));
    await expect(apply(test.database, order, { type: 'refund', amountMinor: 101 })).rejects.toThrow();
    await refunded(order, { amountMinor: 100 });
    expect(await faultsOf(order)).toEqual([]);
  });

  it('is recorded while a refund of the whole amount is under way', async () => {
    const { order } = await returnedOrder();
    await apply(test.database, order, { type: 'refund', all: true });
    expect(await reconcile(order, foreign(1_500))).toMatchObject({ paymentStatus: 'refunded' });
  });

  it('replaces an own failed refund, and is reversed if it fails itself', async () => {
    const { order } = await returnedOrder();
    const own = await refunded(order, { amountMinor: 500 });
    await reconcile(order, failed(own));
    const elsewhere = foreign(500);
    expect(await reconcile(order, failed(own), elsewhere)).toMatchObject({ refundedMinor: 500 });
    expect(await flagsOf(order)).toEqual([]);
    expect(await reconcile(order, { ...elsewhere, state: 'failed' })).toMatchObject({
      ...{ refundedMinor: 0, flags: ['refund_failed'] },
    });
    expect(await faultsOf(order)).toEqual([]);
  });

  it('is not recorded if it is our own or pending', async () => {
    const { order } = await returnedOrder();
    const operationKey = `${order.orderId}:refund:1`;
    expect(await reconcile(order, { ...foreign(100), operationKey })).toBeUndefined();
    expect(await reconcile(order, { ...foreign(100), state: 'pending' })).toBeUndefined();
    expect(await findOrderPayment(test.database, order)).toMatchObject({ ledger: { refundedMinor: 0 } });
  });

  it('under the key of another order is recorded', async () => {
    const { order } = await returnedOrder();
    const own = { ...foreign(100), operationKey: `${order.orderId}:refund:1` };
    const another = { ...foreign(300), operationKey: `${randomUUID()}:refund:1` };
    expect(await reconcile(order, own, another)).toMatchObject({ refundedMinor: 300 });
    expect(await faultsOf(order)).toEqual([]);
  });
});
