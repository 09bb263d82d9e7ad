import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

import { eventually, type ServiceName } from '@oms/stack';
import { payableOrder, placeAsClientsDo } from '@oms/testing';
import { useFolder, usePostgres, useTemporal, useTestStack } from '@oms/testing/vitest';
import { afterAll, afterEach, describe, expect, inject, it } from 'vitest';

import { pasteFromRunbook, type RunbookName } from './runbook.js';

const services = [
  'gateway',
  'order-worker',
  'payment-worker',
  'inventory-worker',
  'integration-worker',
] as const;
const allReady = new RegExp(`^${services.map((name) => `${name} .* 200\n`).join('')}$`);

describe('an outage, by the runbook', () => {
  const folder = useFolder();
  const postgres = usePostgres();
  const temporal = useTemporal({ isDurable: true });
  // A busy machine takes its time to record an order.
  const stack = useTestStack({
    ...{ postgres, temporal, env: { RECORD_TIMEOUT_MS: '8000', CHANGE_TIMEOUT_MS: '30000' } },
  });
  /** The services that an operator has started, which go on to the end. */
  const startedByHand = new Map<ServiceName, number>();

  afterEach(async () => {
    // Restores the stack after a failed test.
    if (postgres.pid() === undefined) await postgres.start();
    if (temporal.pid() === undefined) await temporal.start();
    for (const service of services.filter((name) => !startedByHand.has(name)).map(stack.service)) {
      if (!service.isRunning()) await service.start();
    }
  });
  afterAll(() => {
    for (const pid of startedByHand.values()) process.kill(pid, 'SIGKILL');
  });

  const paste = (name: RunbookName, orderId = '', env: Readonly<Record<string, string>> = {}) =>
    pasteFromRunbook(stack, name, {
      orderId,
      env: { PATH: `${path.dirname(inject('temporalBinary'))}:${process.env['PATH'] ?? ''}`, ...env },
    });

  const newOrder = async () => (await payableOrder(stack)).body;

  const place = async (body: Record<string, unknown>) =>
    (await placeAsClientsDo(stack.api, body)).body.order_id;

  /** Checks the outcome of orders without touching them, by the runbook's commands. */
  async function expectComplete(orderIds: readonly string[]) {
    const proofs = orderIds.map(async (orderId) => {
      const order = await stack.orderReaching(orderId, ['confirmed', 'cancelled'], 120_000);
      expect(order).toMatchObject({ status: 'confirmed', payment_status: 'captured' });
      expect(JSON.parse(await paste('proof', orderId))).toMatchObject({ balances: true, faults: [] });
    });
    await Promise.all(proofs);
    const ready = await eventually('all services being ready', async () => {
      const said = await paste('ready');
      return allReady.test(said) ? said : undefined;
    });
    expect(ready).toMatch(allReady);
    const [pending, sums] = (await paste('check')).split(/(?<=\})(?=\d)|\n/);
    expect(JSON.parse(pending ?? '')).toMatchObject({ orders: [] });
    expect(sums).toMatch(
      /^\d+ orders, 0 wrong, 0 unsettled, 0 not compared with their provider, 0 without a workflow$/,
    );
  }

  it('of PostgreSQL is visible, delays orders, and loses none', async () => {
    const before = await place(await newOrder());
    const body = await newOrder();
    await postgres.stop('kill');
    const during = await stack.api.placeOrder(body);
    expect(during.status).toBe(202);
    expect((await stack.api.listOrders()).status).toBe(500);
    const { order_id: orderId } = during.body;
    const signs = services.map(
      (service) => new RegExp(`^${service} .*"database":"does not answer".* 503$`, 'm'),
    );
    await eventually('the services and the order saying what they wait for', async () => {
      const said = await paste('postgres', orderId);
      return [...signs, /DatabaseUnavailable/].every((sign) => sign.test(said)) ? true : undefined;
    });
    expect(await paste('look-in-temporal', orderId)).toContain(`order-${orderId}`);
    await postgres.start();
    await expectComplete([before, orderId]);
  });

  it('of Temporal is visible, refuses new orders, and loses no accepted one', async () => {
    const before = await place(await newOrder());
    const body = await newOrder();
    expect(await paste('temporal')).toContain('SERVING');
    await temporal.stop('SIGKILL');
    expect(await paste('temporal')).toContain('Temporal does not answer');
    expect(await paste('ready')).toMatch(/^gateway .*"temporal":"(does not answer|no answer within).* 503$/m);
    expect((await stack.api.placeOrder(body)).status).toBe(500);
    expect((await stack.api.getOrder(before)).status).toBe(200);
    // A client that goes on asking is all that is needed.
    const during = place(body);
    await temporal.start();
    expect(await paste('temporal')).toContain('SERVING');
    await expectComplete([before, await during]);
  });

  /** Kills a service, looks, and starts another one by hand. */
  async function withoutService(name: ServiceName, look: () => Promise<void>) {
    await stack.service(name).stop('SIGKILL');
    await look();
    const env = { ...stack.environment(name), SERVICE: name, TMPDIR: folder.path };
    const [, pid] = /^process (\d+)$/m.exec(await paste('start', '', env)) ?? [];
    startedByHand.set(name, Number(pid));
  }

  it.each([
    ['order-worker', 202, /orders/],
    ['payment-worker', 201, /authorizePayment/],
    ['inventory-worker', 201, /reserveInventory/],
  ] as const)('of the %s shows, and holds up what needs it', async (name, answer, inTemporal) => {
    const before = await place(await newOrder());
    let orderId = '';
    await withoutService(name, async () => {
      const during = await stack.api.placeOrder(await newOrder());
      expect(during.status).toBe(answer);
      orderId = during.body.order_id;
      expect(await paste('ready')).toMatch(new RegExp(`^${name} +000$`, 'm'));
      await eventually('Temporal showing what waits', async () =>
        inTemporal.test(await paste('workers', orderId)) ? true : undefined,
      );
      await eventually('the order saying how it stands', async () =>
        /"code":"(NoWorker|Timeout)"/.test(await paste('look', orderId)) ? true : undefined,
      );
    });
    await expectComplete([before, orderId]);
  });

  it('of the integration worker is visible, and delays no order', async () => {
    const erp = createServer((request, response) => {
      request.resume().once('end', () => response.end('{"erp_id": "7"}'));
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => erp.once('listening', resolve));
    // A server that listens on TCP has an address of this form.
    const { port } = erp.address() as AddressInfo;
    const connection = { kind: 'push', url: `http://127.0.0.1:${port}/` };
    const secret = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
    await stack.api.request('PUT', '/api/v1/oms/erp', { ...connection, signing_secret: secret });
    const erpOf = async (id: string) => (await stack.api.getOrder(id)).body['erp'];
    const before = await place(await newOrder());
    let orderId = '';
    await withoutService('integration-worker', async () => {
      orderId = await place(await newOrder());
      await stack.orderReaching(orderId, ['confirmed']);
      expect(await erpOf(orderId)).toMatchObject({ status: 'pending' });
      expect(await paste('workers', orderId)).toContain('pushOrderToErp');
    });
    await expectComplete([before, orderId]);
    for (const id of [before, orderId]) {
      await eventually('the ERP having the order', async () => {
        const { status } = (await erpOf(id)) as { status: string };
        return status === 'synced' ? true : undefined;
      });
    }
    erp.close();
  });

  const confirmed = /\bconfirmed\b/;

  it('of the gateway delays no accepted order, and repeated requests are accepted', async () => {
    const before = await place(await newOrder());
    const body = await newOrder();
    let during: Promise<string> | undefined;
    await withoutService('gateway', async () => {
      await expect(stack.api.placeOrder(body)).rejects.toThrow();
      during = place(body);
      await eventually('the order being confirmed', async () =>
        confirmed.test(await paste('look-in-temporal', before)) ? true : undefined,
      );
    });
    await expectComplete([before, String(await during)]);
  });
});
