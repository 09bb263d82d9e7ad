import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

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

const ended = ['confirmed', 'cancelled'];

describe('when Temporal fails', () => {
  let folder: string;
  let temporal: TemporalServer;
  let stack: TestStack;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'oms-temporal-'));
    temporal = await startTemporal({
      binary: inject('temporalBinary'),
      port: await freePort(),
      dbFile: path.join(folder, 'temporal.db'),
      logFile: path.join(folder, 'temporal.log'),
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

  it.each(['SIGTERM', 'SIGKILL'] as const)(
    'loses no order that a client placed, when it is stopped by %s in the middle of them',
    async (signal) => {
      const level = await stack.stock(6);
      const references = await stack.simulator.authorizations(12, orderBodyTotalMinor / 2);
      const placing = references.map((payment_reference) =>
        placeAsClientsDo(
          stack.api,
          orderBody({ payment_reference, items: [orderItem({ ...level, quantity: 1 })] }),
        ),
      );
      await eventually(
        'some of the orders being paid',
        async () =>
          (await stack.simulator.ledger()).some(({ operation }) => operation === 'capture')
            ? true
            : undefined,
        { everyMs: 5 },
      );
      await temporal.stop(signal);
      await temporal.start();
      const answers = await Promise.all(placing);
      const orders = await Promise.all(
        answers.map(({ body }) => stack.orderReaching(body.order_id, ended, 150_000)),
      );
      expect(orders.filter(({ status }) => status === 'confirmed')).toHaveLength(6);
      expect(await findImbalances(stack)).toEqual([]);
    },
  );

  it('says that an order is not accepted while it is down, and takes the same order when it is back', async () => {
    const reference = await stack.simulator.authorization(orderBodyTotalMinor);
    const body = orderBody({ payment_reference: reference });
    await temporal.stop('SIGKILL');
    const refused = await stack.api.placeOrder(body);
    expect(refused.status).toBe(500);
    expect(refused.body).toEqual({ error: expect.any(String) as string });
    expect((await fetch(`${stack.gatewayUrl}/readyz`)).status).toBe(503);
    expect((await fetch(`${stack.gatewayUrl}/healthz`)).status).toBe(200);
    await temporal.start();
    const { body: placed } = await placeAsClientsDo(stack.api, body);
    expect(await stack.orderReaching(placed.order_id, ended, 60_000)).toMatchObject({ status: 'confirmed' });
    expect((await stack.simulator.ledger(reference)).map(({ operation }) => operation)).toEqual([
      'authorize',
      'capture',
    ]);
  });
});
