import { randomUUID } from 'node:crypto';

import { orderWorkflowId } from '@oms/contracts/temporal';
import { findStockLevel, receiveStock } from '@oms/database';
import { eventually } from '@oms/stack';
import { remainingImbalances, orderBody, orderBodyTotalMinor, orderItem, progressOf } from '@oms/testing';
import { usePostgres, useTestStack } from '@oms/testing/vitest';
import { describe, expect, it } from 'vitest';

const ended = ['confirmed', 'cancelled'];

describe('when PostgreSQL fails', () => {
  const postgres = usePostgres();
  const stack = useTestStack({ postgres });

  it.each(['immediate', 'kill'] as const)(
    'loses no order when it is stopped (%s) and started again in the middle of them',
    async (how) => {
      const level = await stack.stock(15);
      const references = await stack.simulator.authorizations(30, orderBodyTotalMinor / 2);
      const placing = references.map((payment_reference) =>
        stack.api.placeOrder(orderBody({ payment_reference, items: [orderItem({ ...level, quantity: 1 })] })),
      );
      await eventually(
        'some of the orders being paid',
        async () =>
          (await stack.simulator.ledger()).some(
            ({ operation, payment_intent: paid }) => operation === 'capture' && references.includes(paid),
          )
            ? true
            : undefined,
        { everyMs: 5 },
      );
      await postgres.stop(how);
      await postgres.start();
      const answers = await Promise.all(placing);
      expect(answers.every(({ status }) => status === 201 || status === 202)).toBe(true);
      const orders = await Promise.all(
        answers.map(({ body }) => stack.orderReaching(body.order_id, ended, 150_000)),
      );
      expect(orders.filter(({ status }) => status === 'confirmed')).toHaveLength(15);
      expect(await remainingImbalances(stack)).toEqual([]);
    },
  );

  it('loses no unrecorded order while it is down for longer than the short retries', async () => {
    const reference = await stack.simulator.authorization(orderBodyTotalMinor);
    const body = orderBody({ payment_reference: reference });
    await postgres.stop('kill');
    const { status, body: placed } = await stack.api.placeOrder(body);
    expect(status).toBe(202);
    const handle = stack.temporal.workflow.getHandle(orderWorkflowId(placed.order_id));
    // The short retries are over, and it says what it waits for.
    await eventually('the order waiting', async () => {
      const { waiting } = await progressOf(stack, placed.order_id);
      return waiting?.since ? true : undefined;
    });
    expect((await handle.describe()).status.name).toBe('RUNNING');
    await postgres.start();
    expect(await stack.orderReaching(placed.order_id, ended, 120_000)).toMatchObject({ status: 'confirmed' });
  });

  it('accepts orders while it is down, shows them as pending, and completes them when it is back', async () => {
    const reference = await stack.simulator.authorization(orderBodyTotalMinor);
    const body = orderBody({ payment_reference: reference });
    await postgres.stop();
    const placed = await stack.api.placeOrder(body);
    expect(placed.status).toBe(202);
    const { order_id: id } = placed.body;
    expect(await stack.api.getOrder(id)).toMatchObject({ status: 202, body: { id, status: 'pending' } });
    await postgres.start();
    expect(await stack.orderReaching(id, ended, 120_000)).toMatchObject({ status: 'confirmed' });
    expect(await stack.simulator.operationsOn(reference)).toEqual(['authorize', 'capture']);
  });

  it('decides the stock of lines by SKU when it is back: one location is reserved, several cancel the order', async () => {
    const { tenantId, orgId, database } = stack;
    const [sku, doubled] = [`SKU-${randomUUID()}`, `SKU-${randomUUID()}`];
    const level = { tenantId, orgId, variantId: randomUUID(), locationId: randomUUID() };
    await receiveStock(database, { ...level, sku, quantity: 2, reason: 'test' });
    const other = { tenantId, orgId, variantId: randomUUID(), sku: doubled, quantity: 2, reason: 'test' };
    for (const locationId of [randomUUID(), randomUUID()]) {
      await receiveStock(database, { ...other, locationId });
    }
    const references = await stack.simulator.authorizations(2, orderBodyTotalMinor);
    const bodies = [sku, doubled].map((one, index) =>
      orderBody({ payment_reference: references[index], items: [orderItem({ sku: one })] }),
    );
    await postgres.stop();
    const placed = await Promise.all(bodies.map((body) => stack.api.placeOrder(body)));
    expect(placed.map(({ status }) => status)).toEqual([202, 202]);
    await postgres.start();
    const [first, second] = await Promise.all(
      placed.map(({ body }) => stack.orderReaching(body.order_id, ended, 120_000)),
    );
    expect(first).toMatchObject({
      status: 'confirmed',
      items: [{ variant_id: level.variantId, location_id: level.locationId }],
    });
    expect(await findStockLevel(database, level)).toMatchObject({ onHand: 2, reserved: 2 });
    expect(second).toMatchObject({ status: 'cancelled', cancellation_reason: 'ambiguous_sku' });
    const repeated = await stack.api.placeOrder(bodies[1]);
    expect(repeated).toMatchObject({ status: 200, body: { order_id: second?.id } });
    await eventually('the unused payment being released', async () =>
      (await stack.simulator.operationsOn(String(references[1]))).includes('void') ? true : undefined,
    );
    expect(await remainingImbalances(stack)).toEqual([]);
  });
});
