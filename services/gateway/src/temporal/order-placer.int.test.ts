import { randomUUID } from 'node:crypto';
import { connect, createServer, type AddressInfo, type Server } from 'node:net';

import { orderIdFor, OrderSearchAttributes, orderWorkflowId } from '@oms/contracts/temporal';
import { createLogger } from '@oms/observability';
import { createTestNamespace } from '@oms/testing';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';

import { newOrder } from '../testing/orders.js';
import type { OrderPlacer, PlaceOrderInput } from './order-placer.js';
import { createAcceptedOrders } from './accepted-orders.js';
import { createTemporalConnection, type TemporalConnection } from './temporal-connection.js';
import { createOrderPlacer } from './order-placer.js';

// No worker runs here: these are the gateway's guarantees while all workers are away.

const log = createLogger({ service: 'gateway', level: 'silent' });
const address = inject('temporalAddress');
const hashes = new Map<string, string>();
let databaseFault: Error | undefined;
let namespace: string;
let temporal: TemporalConnection;
let placer: OrderPlacer;

function placerOver(connection: TemporalConnection, recordTimeoutMs = 300): OrderPlacer {
  return createOrderPlacer({
    temporal: connection,
    orders: {
      findRequestHash: (_scope, orderId) =>
        databaseFault ? Promise.reject(databaseFault) : Promise.resolve(hashes.get(orderId)),
    },
    log,
    recordTimeoutMs,
  });
}

beforeAll(async () => {
  namespace = await createTestNamespace(address);
  temporal = createTemporalConnection({ connection: { address }, namespace, log });
  placer = placerOver(temporal);
});
afterAll(() => temporal.close());

function input(changes: Partial<PlaceOrderInput> = {}): PlaceOrderInput {
  const scope = { tenantId: randomUUID(), orgId: randomUUID() };
  const idempotencyKey = randomUUID();
  return {
    ...scope,
    orderId: orderIdFor(scope, idempotencyKey),
    idempotencyKey,
    requestHash: 'hash-of-the-request',
    requestId: randomUUID(),
    actor: { type: 'user', id: 'user-1' },
    order: newOrder(),
    ...changes,
  };
}

/** A client's retry: everything is equal but the id of the HTTP request. */
const again = (first: PlaceOrderInput): PlaceOrderInput => ({ ...first, requestId: randomUUID() });
const handleOf = ({ orderId }: PlaceOrderInput) =>
  temporal.client.workflow.getHandle(orderWorkflowId(orderId));

describe('placing an order while no worker answers', () => {
  it('accepts it only when its workflow exists, and operators find it by its search attributes', async () => {
    const customerId = randomUUID();
    const order = input({ order: newOrder({ customerId }) });
    expect(await placer.place(order)).toEqual({ kind: 'accepted', replayed: false });

    const { status, memo, typedSearchAttributes, taskQueue } = await handleOf(order).describe();
    expect([status.name, taskQueue]).toEqual(['RUNNING', 'orders']);
    expect(memo).toEqual({
      idempotencyKey: order.idempotencyKey,
      requestHash: order.requestHash,
      requestId: order.requestId,
    });
    const { orderId, tenantId, orgId, orderStatus, paymentStatus, orderNumber } = OrderSearchAttributes;
    expect(
      [
        orderId,
        tenantId,
        orgId,
        orderStatus,
        paymentStatus,
        OrderSearchAttributes.customerId,
        orderNumber,
      ].map((key) => typedSearchAttributes.get(key)),
    ).toEqual([order.orderId, order.tenantId, order.orgId, 'pending', 'pending', customerId, undefined]);
  });

  it('shows in the Web UI what was ordered', async () => {
    const order = input();
    await placer.place(order);
    const description = await handleOf(order).describe();
    expect(await description.staticSummary()).toBe('2 items, 179.98 USD, `web-storefront`');
    expect(await description.staticDetails()).toContain('2 × `Classic Wool Sweater` at 89.99');
  });

  it('recognises a replay, and another body under the same key', async () => {
    const order = input();
    await placer.place(order);
    expect(await placer.place(again(order))).toEqual({ kind: 'accepted', replayed: true });
    expect(await placer.place({ ...again(order), requestHash: 'another' })).toMatchObject({
      code: 'IDEMPOTENCY_CONFLICT',
    });
    expect((await handleOf(order).describe()).memo).toMatchObject({ requestHash: order.requestHash });
  });

  it('starts one workflow for any number of concurrent calls, and reports one of them as the first', async () => {
    const order = input();
    const results = await Promise.all(Array.from({ length: 30 }, () => placer.place(again(order))));
    expect(new Set(results.map(({ kind }) => kind))).toEqual(new Set(['accepted']));
    expect(results.filter((result) => 'replayed' in result && !result.replayed)).toHaveLength(1);
  });
});

describe('placing an order whose workflow has ended', () => {
  // Temporal reports the end while the call waits for the record, or after that. The answer is the same.
  describe.each([
    ['in time', 5_000],
    ['too late', 0],
  ])('and Temporal reports it %s', (_, recordTimeoutMs) => {
    const place = (order: PlaceOrderInput) => placerOver(temporal, recordTimeoutMs).place(order);

    async function ended(): Promise<PlaceOrderInput> {
      const order = input();
      await placer.place(order);
      await handleOf(order).terminate('the order is over');
      return order;
    }

    it('is a replay of the record, and starts nothing', async () => {
      const order = await ended();
      hashes.set(order.orderId, order.requestHash);
      expect(await place(again(order))).toEqual({ kind: 'recorded', replayed: true });
      expect((await handleOf(order).describe()).status.name).toBe('TERMINATED');
    });

    it('is a conflict with another body', async () => {
      const order = await ended();
      hashes.set(order.orderId, order.requestHash);
      expect(await place({ ...again(order), requestHash: 'another' })).toMatchObject({
        code: 'IDEMPOTENCY_CONFLICT',
      });
    });

    it('starts again without a record, or while the database is away', async () => {
      const without = await ended();
      expect(await place(again(without))).toEqual({ kind: 'accepted', replayed: false });
      expect((await handleOf(without).describe()).status.name).toBe('RUNNING');
      const unknown = await ended();
      databaseFault = new Error('the database is away');
      expect(await place(again(unknown))).toEqual({ kind: 'accepted', replayed: false });
      databaseFault = undefined;
    });
  });
});

describe('looking for an accepted order', () => {
  it('finds it in its own tenant and organisation only', async () => {
    const order = input();
    await placer.place(order);
    const accepted = createAcceptedOrders(temporal);
    expect(await accepted.find(order, order.orderId)).toEqual({ kind: 'accepted' });
    expect(await accepted.find({ ...order, tenantId: randomUUID() }, order.orderId)).toEqual({
      kind: 'unknown',
    });
    expect(await accepted.find({ ...order, orgId: randomUUID() }, order.orderId)).toEqual({
      kind: 'unknown',
    });
    expect(await accepted.find(order, randomUUID())).toEqual({ kind: 'unknown' });
  });

  it('does not find an order whose workflow was terminated before it was recorded', async () => {
    const order = input();
    await placer.place(order);
    await handleOf(order).terminate('nobody wants it');
    expect(await createAcceptedOrders(temporal).find(order, order.orderId)).toEqual({
      kind: 'unknown',
    });
  });
});

describe('while Temporal is away', () => {
  /** A proxy to Temporal that can be open or closed, on a constant port. */
  async function openWay(port: number): Promise<Server> {
    const [host = '', temporalPort] = address.split(':');
    const way = createServer((socket) => {
      const onward = connect(Number(temporalPort), host);
      socket.pipe(onward).pipe(socket);
      socket.on('error', () => onward.destroy());
      onward.on('error', () => socket.destroy());
    });
    await new Promise<void>((resolve) => way.listen(port, '127.0.0.1', resolve));
    return way;
  }

  it('an order is neither accepted nor lost: the same call places it when Temporal is back', async () => {
    const reserved = await openWay(0);
    const { port } = reserved.address() as AddressInfo;
    await new Promise((resolve) => reserved.close(resolve));

    const broken = createTemporalConnection({ connection: { address: `127.0.0.1:${port}` }, namespace, log });
    const order = input();
    await expect(placerOver(broken).place(order)).rejects.toThrow();
    await expect(broken.ping()).rejects.toThrow();
    await expect(handleOf(order).describe()).rejects.toThrow('not found');

    const way = await openWay(port);
    await expect.poll(() => broken.ping().then(() => 'answers'), { timeout: 20_000 }).toBe('answers');
    expect(await placerOver(broken).place(again(order))).toEqual({ kind: 'accepted', replayed: false });
    await broken.close();
    await new Promise((resolve) => way.close(resolve));
  });
});
