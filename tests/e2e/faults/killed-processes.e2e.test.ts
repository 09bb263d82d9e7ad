import { eventually, type ServiceName } from '@oms/stack';
import {
  holdCommits,
  holdLock,
  remainingImbalances,
  orderBody,
  orderItem,
  payableOrder,
  placeAsClientsDo,
  progressOf,
} from '@oms/testing';
import { useStarted, useTestStack } from '@oms/testing/vitest';
import { beforeAll, describe, expect, it } from 'vitest';

const ended = ['confirmed', 'cancelled'];

describe('a killed process', () => {
  // Long timeouts: a busy machine needs time to reach the point where the process is killed.
  const stack = useTestStack({ env: { RECORD_TIMEOUT_MS: '10000', PAYMENT_TIMEOUT_MS: '25000' } });

  beforeAll(async () => {
    // The tenant's row, which recording an order needs, has to be there before it can be locked.
    await stack.database.prisma.tenantSettings.create({ data: { tenantId: stack.tenantId } });
  });

  async function killAndRestart(
    name: ServiceName,
    between: () => Promise<unknown> = () => Promise.resolve(),
  ) {
    await stack.service(name).stop('SIGKILL');
    await between();
    await stack.service(name).start();
  }

  const hanging = (reference: string) =>
    eventually('the call hanging', async () =>
      (await stack.simulator.hasFired(reference)) ? true : undefined,
    );

  async function expectConfirmedOnce(id: string, reference: string) {
    expect(await stack.orderReaching(id, ended, 60_000)).toMatchObject({
      status: 'confirmed',
      payment_status: 'captured',
    });
    expect(await stack.simulator.operationsOn(reference)).toEqual(['authorize', 'capture']);
  }

  it('records the order once when the order worker dies while recording it', async () => {
    const { reference, body } = await payableOrder(stack);
    const lock = await holdLock(stack.databaseUrl, 'SELECT FROM tenant_settings WHERE tenant_id = $1', [
      stack.tenantId,
    ]);
    const posting = stack.api.placeOrder(body);
    await lock.untilSomebodyWaits();
    await killAndRestart('order-worker', lock.letGo);
    const placed = await posting;
    expect([201, 202]).toContain(placed.status);
    await expectConfirmedOnce(placed.body.order_id, reference);
  });

  describe('when the payment worker dies in the middle of several orders', () => {
    /** An order whose request to its provider hangs after taking effect. */
    async function hangingIn(operation: string, stockedUnits: number) {
      const { reference, body } = await payableOrder(stack, stockedUnits);
      await stack.simulator.fault({ operation, kind: 'hang_after', times: 1, paymentIntent: reference });
      const { order_id: id } = (await stack.api.placeOrder(body)).body;
      await hanging(reference);
      return { id, reference };
    }

    /** An order that was captured, while the provider's answer cannot be recorded. */
    async function capturedUnrecorded() {
      const { id, reference } = await hangingIn('payment_intents.capture', 10);
      const lock = await holdLock(stack.databaseUrl, 'SELECT FROM orders WHERE id = $1', [id]);
      await stack.simulator.clearFaults(reference);
      await lock.untilSomebodyWaits();
      expect(await stack.simulator.operationsOn(reference)).toEqual(['authorize', 'capture']);
      return { id, reference, lock };
    }

    const orders = useStarted({
      async start() {
        const [question, capture, release] = await Promise.all([
          hangingIn('payment_intents.retrieve', 10),
          hangingIn('payment_intents.capture', 10),
          hangingIn('payment_intents.cancel', 1),
        ]);
        const record = await capturedUnrecorded();
        expect(await stack.simulator.held()).toBe(3);
        await killAndRestart('payment-worker', record.lock.letGo);
        return { question, capture, release, record };
      },
    });

    it('continues an order whose authorisation was being checked', async () => {
      await expectConfirmedOnce(orders.question.id, orders.question.reference);
    });

    it('captures once for an order whose capture was under way', async () => {
      await expectConfirmedOnce(orders.capture.id, orders.capture.reference);
    });

    it('records the capture that it was about to record', async () => {
      await expectConfirmedOnce(orders.record.id, orders.record.reference);
    });

    it('voids once for an order whose void was under way', async () => {
      expect(await stack.orderReaching(orders.release.id, ended, 60_000)).toMatchObject({
        status: 'cancelled',
        payment_status: 'voided',
      });
      expect(await stack.simulator.operationsOn(orders.release.reference)).toEqual(['authorize', 'void']);
    });
  });

  it('reserves once when the inventory worker dies while reserving', async () => {
    const { level, reference, body } = await payableOrder(stack);
    const lock = await holdLock(stack.databaseUrl, 'SELECT FROM inventory_levels WHERE variant_id = $1', [
      level.variant_id,
    ]);
    const placed = await stack.api.placeOrder(body);
    await lock.untilSomebodyWaits();
    await killAndRestart('inventory-worker', lock.letGo);
    await expectConfirmedOnce(placed.body.order_id, reference);
  });

  it('continues when the order worker dies while its order waits for the provider', async () => {
    const { reference, body } = await payableOrder(stack);
    await stack.simulator.fault({
      operation: 'payment_intents.capture',
      kind: 'hang_after',
      times: 1,
      paymentIntent: reference,
    });
    const placed = await stack.api.placeOrder(body);
    await hanging(reference);
    await killAndRestart('order-worker');
    // The request that hangs is answered once the worker is back.
    await stack.simulator.clearFaults(reference);
    await expectConfirmedOnce(placed.body.order_id, reference);
  });

  it('confirms once when the order worker dies while confirming', async () => {
    const { reference, body } = await payableOrder(stack);
    const confirmation = { table: 'order_events', when: "NEW.to_status = 'confirmed'" };
    await holdCommits(stack.databaseUrl, confirmation, async (commits) => {
      const { order_id: id } = (await stack.api.placeOrder(body)).body;
      await commits.untilOneStands();
      await killAndRestart('order-worker', commits.letGo);
      await expectConfirmedOnce(id, reference);
    });
  });

  it('answers a retry with the same order when the gateway dies between start and answer', async () => {
    const { reference, body } = await payableOrder(stack);
    const lock = await holdLock(stack.databaseUrl, 'SELECT FROM tenant_settings WHERE tenant_id = $1', [
      stack.tenantId,
    ]);
    const lost = stack.api.placeOrder(body).catch((error: unknown) => error);
    await lock.untilSomebodyWaits();
    await killAndRestart('gateway', lock.letGo);
    expect(await lost).toBeInstanceOf(Error);
    const retried = await eventually('the record of the order', async () => {
      const answer = await placeAsClientsDo(stack.api, body);
      return answer.status === 202 ? undefined : answer;
    });
    expect(retried.status).toBe(200);
    expect(retried.headers.get('idempotent-replayed')).toBe('true');
    await expectConfirmedOnce(retried.body.order_id, reference);
  });

  it('accepts an order while all workers are down, shows it as pending, and completes it when they are back', async () => {
    const { reference, body } = await payableOrder(stack);
    const workers = ['order-worker', 'payment-worker', 'inventory-worker'] as const;
    await Promise.all(workers.map((name) => stack.service(name).stop('SIGKILL')));
    const placed = await stack.api.placeOrder(body);
    expect(placed.status).toBe(202);
    const { order_id: id } = placed.body;
    expect(await stack.api.getOrder(id)).toMatchObject({ status: 202, body: { id, status: 'pending' } });
    const others = [{ ...body, channel: 'pos' }, body].map((sent) => stack.api.placeOrder(sent));
    expect((await Promise.all(others)).map(({ status }) => status)).toEqual([400, 202]);
    await Promise.all(workers.map((name) => stack.service(name).start()));
    await expectConfirmedOnce(id, reference);
    expect((await stack.api.placeOrder(body)).status).toBe(200);
  });

  it('completes an order that was placed while the provider was down', async () => {
    const { reference, body } = await payableOrder(stack);
    await stack.service('payment-simulator').stop('SIGKILL');
    const placed = await stack.api.placeOrder(body);
    expect(placed.status).toBe(201);
    await eventually('the order waiting', async () =>
      (await progressOf(stack, placed.body.order_id)).waiting ? true : undefined,
    );
    await stack.service('payment-simulator').start();
    await expectConfirmedOnce(placed.body.order_id, reference);
  });

  it('brings every order to its end when each worker is killed in turn while orders flow', async () => {
    const level = await stack.stock(20);
    const references = await stack.simulator.authorizations(40, 8_999);
    const answers: Awaited<ReturnType<typeof stack.api.placeOrder>>[] = [];
    // One after the other, so that some are placed before, while and after each worker is away.
    const placing = (async () => {
      for (const payment_reference of references) {
        const items = [orderItem({ ...level, quantity: 1 })];
        answers.push(await stack.api.placeOrder(orderBody({ payment_reference, items })));
      }
    })();
    const victims = ['payment-worker', 'order-worker', 'inventory-worker'] as const;
    for (const name of [...victims, ...victims]) await killAndRestart(name);
    await placing;
    expect(answers.every(({ status }) => status === 201 || status === 202)).toBe(true);
    const orders = await Promise.all(
      answers.map(({ body }) => stack.orderReaching(body.order_id, ended, 120_000)),
    );
    expect(orders.filter(({ status }) => status === 'confirmed')).toHaveLength(20);
  });

  it('leaves ledgers that balance', async () => {
    expect(await remainingImbalances(stack)).toEqual([]);
  });
});
