import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import { orderProgressQuery, orderWorkflowId } from '@oms/contracts/temporal';
import { eventually, freePort, startTemporal, type TemporalServer } from '@oms/stack';
import {
  findImbalances,
  orderBody,
  orderBodyTotalMinor,
  orderItem,
  placeAsClientsDo,
  startTestStack,
  type TestStack,
} from '@oms/testing';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';

describe('an order that waits for so long that its history is continued in a new run', () => {
  let folder: string;
  let temporal: TemporalServer;
  let stack: TestStack;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'oms-continued-'));
    temporal = await startTemporal({
      binary: inject('temporalBinary'),
      port: await freePort(),
      logFile: path.join(folder, 'temporal.log'),
      // More events than an order needs that waits for nothing: each round of waiting ends in a new run.
      dynamicConfig: { 'limit.historyCount.suggestContinueAsNew': '15' },
    });
    stack = await startTestStack({
      postgresPort: inject('postgresPort'),
      temporalAddress: temporal.address,
    });
  });
  afterAll(async () => {
    await stack.stop();
    await temporal.stop('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  });

  /** Places an order while the provider fails at this operation, and resolves when it waits in its third run. */
  async function placeAndWaitInThirdRun(operation: string, stockedUnits: number) {
    const level = await stack.stock(stockedUnits);
    const reference = await stack.simulator.authorization(orderBodyTotalMinor);
    await stack.simulator.fault({ operation, kind: 'error_before', paymentIntent: reference });
    const body = orderBody({ payment_reference: reference, items: [orderItem(level)] });
    const placed = await placeAsClientsDo(stack.api, body);
    const id = placed.body.order_id;
    const workflow = stack.temporal.workflow.getHandle(orderWorkflowId(id));
    const runs = new Set<string>();
    await eventually(
      'the order waiting in its third run',
      async () => {
        runs.add((await workflow.describe()).runId);
        return runs.size >= 3 ? (await workflow.query(orderProgressQuery)).waiting : undefined;
      },
      { timeoutMs: 120_000 },
    );
    return { id, body, reference, workflow };
  }

  async function eventsOf(id: string) {
    const { events } = (await stack.api.getEvents(id)).body;
    expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1));
    return events.map(({ type }) => type);
  }

  async function operationsOn(reference: string) {
    return (await stack.simulator.ledger(reference)).map(({ operation }) => operation);
  }

  it('is confirmed and captured once when the provider is back, and is the same order all the time', async () => {
    const { id, body, reference, workflow } = await placeAndWaitInThirdRun('payment_intents.capture', 10);

    // The update of the first run has long been answered: this run answers the same.
    const again = await stack.api.placeOrder(body);
    expect(again).toMatchObject({ status: 200, body: { order_id: id } });
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect((await stack.api.placeOrder({ ...body, channel: 'pos' })).status).toBe(400);
    expect(await workflow.query(orderProgressQuery)).toMatchObject({
      status: 'pending',
      step: 'the payment is being captured',
    });

    await stack.simulator.clearFaults();
    expect(await stack.orderReaching(id, ['confirmed', 'cancelled'], 90_000)).toMatchObject({
      status: 'confirmed',
      payment_status: 'captured',
    });
    expect(await operationsOn(reference)).toEqual(['authorize', 'capture']);
    expect(await eventsOf(id)).toEqual([
      'order.placed',
      'payment.authorized',
      'inventory.reserved',
      'payment.unknown',
      'payment.captured',
      'order.confirmed',
    ]);
    expect(await stack.api.placeOrder(body)).toMatchObject({ status: 200, body: { order_id: id } });
  });

  it('goes on undoing what was decided against in an earlier run, with the same reason', async () => {
    const { id, reference } = await placeAndWaitInThirdRun('payment_intents.cancel', 1);
    await stack.simulator.clearFaults();
    expect(await stack.orderReaching(id, ['confirmed', 'cancelled'], 90_000)).toMatchObject({
      status: 'cancelled',
      cancellation_reason: 'out_of_stock',
      payment_status: 'voided',
    });
    expect(await operationsOn(reference)).toEqual(['authorize', 'void']);
    expect((await eventsOf(id)).at(-1)).toBe('order.cancelled');
  });

  it('gives everything back when it is cancelled in a later run', async () => {
    const { id, reference, workflow } = await placeAndWaitInThirdRun('payment_intents.capture', 10);
    await workflow.cancel();
    expect(await stack.orderReaching(id, ['cancelled'], 60_000)).toMatchObject({
      cancellation_reason: 'cancellation_requested',
      payment_status: 'voided',
    });
    expect(await operationsOn(reference)).toEqual(['authorize', 'void']);
    await stack.simulator.clearFaults();
  });

  it('leaves books that balance', async () => {
    expect(await findImbalances(stack)).toEqual([]);
  });
});
