import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import type { ErpConnector, ErpLink, ErpOutcome } from '../erp-connector.js';
import type { ErpOrder } from '../erp-order.js';
import { faultAt } from './fault-proxy.js';
import { callOf, laterOf, lineOf, snapshotOf, type SnapshotLine } from './order-snapshot.js';
import type { SteeredErp } from './steered-erp.js';

/** Above the number of changes that any adapter needs for one order. */
const mostChangesOfOnePush = 12;

/** The guarantees of every adapter, against a real server. Each test states one and uses orders of its own. */
export function erpContract(
  name: string,
  setup: () => Promise<SteeredErp>,
  preparationTimeoutMs = 60_000,
): void {
  describe(`the contract of ERP connectors: ${name}`, () => {
    let running: SteeredErp | undefined;
    const steered = (): SteeredErp => {
      if (!running) throw new Error('the ERP is not there before the first test');
      return running;
    };
    beforeAll(async () => {
      running = await setup();
    }, preparationTimeoutMs);
    afterAll(async () => {
      await running?.close();
    });
    afterEach(() => {
      steered().proxy.judge = () => undefined;
    });
    contractOfPushes(steered);
    contractOfVersions(steered);
    contractOfHistory(steered);
    contractOfFaults(steered);
  });
}

function push(erp: ErpConnector, order: ErpOrder): Promise<ErpOutcome<ErpLink>> {
  return erp.pushOrder(order, callOf(order));
}

/** Retries like the workflow, until the push is done or refused. */
async function pushUntilSettled(erp: ErpConnector, order: ErpOrder): Promise<ErpOutcome<ErpLink>> {
  for (let attempt = 0; attempt < 30; attempt += 1) {
    const outcome = await push(erp, order);
    if (outcome.kind === 'done' || outcome.kind === 'refused') return outcome;
  }
  throw new Error(`${order.id} does not settle`);
}

function contractOfPushes(steered: () => SteeredErp): void {
  describe('a push', () => {
    it('makes one order, and pushing again finds it', async () => {
      const order = snapshotOf();
      const first = await push(steered().connector, order);
      expect(first).toMatchObject({ kind: 'done', erpId: expect.any(String) as string });
      expect(await push(steered().connector, order)).toMatchObject({ ...first });
      expect(await steered().ordersOf(order.id)).toEqual([
        {
          erpId: first.kind === 'done' ? first.erpId : '',
          version: order.version,
          cancelled: false,
          total: '111.92',
          lines: [{ title: 'Shirt, blue', quantity: 2 }],
          words: expect.stringContaining('captured') as string,
        },
      ]);
    });

    it('makes one order under concurrent pushes', async () => {
      const order = snapshotOf();
      const outcomes = await Promise.all(
        Array.from({ length: 6 }, () => pushUntilSettled(steered().connector, order)),
      );
      const there = await steered().ordersOf(order.id);
      expect(there).toMatchObject([{ total: '111.92' }]);
      expect(outcomes).toMatchObject(outcomes.map(() => ({ kind: 'done', erpId: there[0]?.erpId })));
    });

    it('leaves the newest version under concurrent pushes of several versions', async () => {
      const versions = [snapshotOf()];
      for (let more = 0; more < 3; more += 1) {
        const [last = snapshotOf()] = versions.slice(-1);
        versions.push(laterOf(last, { lines: [lineOf({ quantity: more + 3 })], taxMinor: 0 }));
      }
      const outcomes = await Promise.all(
        versions.map((order) => pushUntilSettled(steered().connector, order)),
      );
      expect(outcomes).toMatchObject(outcomes.map(() => ({ kind: 'done' })));
      expect(await steered().ordersOf(versions[0]?.id ?? '')).toMatchObject([
        { version: 6, lines: [{ quantity: 5 }] },
      ]);
    });

    it.each([
      ['USD', 2, '7.95'],
      ['JPY', 0, '795'],
      ['BHD', 3, '0.795'],
    ])(
      'keeps every digit of discounts, tax and shipping in %s',
      async (currency, currencyExponent, total) => {
        const order = snapshotOf({
          currency,
          currencyExponent,
          lines: [lineOf({ quantity: 3, unitPriceMinor: 333 }), lineOf({ quantity: 7, unitPriceMinor: 1 })],
          discountMinor: 211,
          taxMinor: 0,
          shippingMinor: 0,
        });
        expect(await push(steered().connector, order)).toMatchObject({ kind: 'done' });
        expect(await steered().ordersOf(order.id)).toMatchObject([{ total }]);
      },
    );
  });
}

function contractOfVersions(steered: () => SteeredErp): void {
  describe('of two versions', () => {
    it('the newer replaces the lines of the older, in the same order at the ERP', async () => {
      const order = snapshotOf({ status: 'pending' });
      const made = await push(steered().connector, order);
      const changed = laterOf(order, { lines: [lineOf({ title: 'Hat', quantity: 1 }), ...order.lines] });
      expect(await push(steered().connector, changed)).toMatchObject({ ...made });
      expect(await steered().ordersOf(order.id)).toMatchObject([
        { version: 4, total: '161.42', lines: [{ title: 'Hat' }, { title: 'Shirt, blue' }] },
      ]);
    });

    it('the older, pushed after the newer, changes nothing', async () => {
      const older = snapshotOf();
      const newer = laterOf(older, { status: 'cancelled', cancellationReason: 'cancellation_requested' });
      const made = await push(steered().connector, newer);
      const before = await steered().ordersOf(older.id);
      expect(await push(steered().connector, older)).toMatchObject({ ...made });
      expect(await steered().ordersOf(older.id)).toEqual(before);
      expect(before).toMatchObject([{ version: 4, cancelled: true }]);
    });

    it('a cancellation reaches the order at the ERP, and repeating it changes nothing', async () => {
      const order = snapshotOf();
      const made = await push(steered().connector, order);
      const cancelled = laterOf(order, { status: 'cancelled', cancellationReason: 'out_of_stock' });
      for (let round = 0; round < 2; round += 1) {
        expect(await push(steered().connector, cancelled)).toMatchObject({ ...made });
        expect(await steered().ordersOf(order.id)).toMatchObject([{ version: 4, cancelled: true }]);
      }
    });
  });
}

function contractOfHistory(steered: () => SteeredErp): void {
  describe('after the order was placed', () => {
    it('units that are cancelled before the ERP processes the order are not to be delivered there', async () => {
      const shirts = lineOf({ quantity: 5 });
      const hat = lineOf({ title: 'Hat', quantity: 1 });
      const order = snapshotOf({ lines: [shirts, hat] });
      const made = await push(steered().connector, order);
      const cancelled = laterOf(order, {
        lines: [
          { ...shirts, cancelled: 2 },
          { ...hat, cancelled: 1 },
        ],
      });
      for (let round = 0; round < 2; round += 1) {
        expect(await push(steered().connector, cancelled)).toMatchObject({ ...made });
        expect(await steered().ordersOf(order.id)).toMatchObject([
          { version: 4, cancelled: false, lines: [{ title: 'Shirt, blue', quantity: 3 }] },
        ]);
      }
    });

    it('refunds, returns, the payment and the invoice reach the order, also while the ERP processes it', async () => {
      const line = lineOf({ quantity: 5, cancelled: 1, shipped: 4, unitPriceMinor: 1_000 });
      const order = snapshotOf({ lines: [line], taxMinor: 0, shippingMinor: 0, status: 'processing' });
      const made = await push(steered().connector, order);
      const pending = laterOf(order, { ...afterReturn(line, 'pending'), status: 'delivered' });
      const settled = laterOf(pending, afterReturn({ ...line, returned: 1 }, 'succeeded'));
      expect(await push(steered().connector, settled)).toMatchObject({ ...made });
      // Arrives late, and changes nothing.
      expect(await push(steered().connector, pending)).toMatchObject({ ...made });
      const [there, ...others] = await steered().ordersOf(order.id);
      expect(others).toEqual([]);
      expect(there).toMatchObject({ version: 5, lines: [{ quantity: 4 }] });
      for (const words of ['partially_refunded', 'damaged', 'succeeded', 're_dashboard', '2.50']) {
        expect(there?.words).toContain(words);
      }
      for (const words of ['INV-000042', 'CN-000007', '50.00', '20.00', '10.00']) {
        expect(there?.words).toContain(words);
      }
      expect(there?.words).not.toContain('pending');
    });
  });
}

/** One unit cancelled, one returned damaged, both refunded, and 2.50 refunded at the provider itself. */
function afterReturn(line: SnapshotLine, status: 'pending' | 'succeeded'): Parameters<typeof laterOf>[1] {
  const [requestedAt, settledAt] = ['2026-11-04T08:00:00.000Z', '2026-11-04T08:00:09.000Z'];
  const lines = [{ lineId: line.id, quantity: 1, amountMinor: 1_000 }];
  return {
    lines: [line],
    ...{ paymentStatus: 'partially_refunded', capturedMinor: 5_000 },
    refundedMinor: status === 'pending' ? 1_250 : 2_250,
    cancellations: [{ id: 'c1', amountMinor: 1_000, lines, refundId: 'r1', cancelledAt: requestedAt }],
    returns: [
      {
        ...{ id: 'b1', status: status === 'pending' ? 'received' : 'refunded' },
        ...{ requestedAt, receivedAt: settledAt },
        lines: [{ lineId: line.id, quantity: 1, received: { restock: 0, damaged: 1, missing: 0 } }],
      },
    ],
    refunds: [
      { id: 'r1', status: 'succeeded', amountMinor: 1_000, lines, requestedAt, settledAt },
      { id: 'r2', status, amountMinor: 1_000, lines, returnId: 'b1', requestedAt },
      {
        ...{ id: 'r3', status: 'succeeded', amountMinor: 250, lines: [] },
        ...{ providerRefundId: 're_dashboard', requestedAt, settledAt },
      },
    ],
    invoice: {
      ...{ id: 'i1', number: 'INV-000042', status: 'paid', totalMinor: 5_000, paidMinor: 5_000, dueMinor: 0 },
      creditedMinor: 2_000,
      creditNotes: [
        {
          ...{ id: 'n1', number: 'CN-000007', reason: 'refund', amountMinor: 2_000 },
          ...{ refundId: 'r1', createdAt: settledAt },
        },
      ],
    },
  };
}

function contractOfFaults(steered: () => SteeredErp): void {
  describe('when something fails', () => {
    it.each(['lose_answer', 'reset'] as const)(
      'fails at any of its changes → the next push continues from there (%s)',
      async (fault) => {
        const { connector, proxy, changesSomething } = steered();
        let reached = 0;
        for (let count = 1; count <= mostChangesOfOnePush; count += 1) {
          const order = snapshotOf({ status: 'processing' });
          proxy.judge = faultAt(count, changesSomething, fault);
          const broken = await push(connector, order);
          proxy.judge = () => undefined;
          if (broken.kind === 'done') break;
          reached = count;
          expect(broken.kind).toBe('unknown');
          expect(await push(connector, order)).toMatchObject({ kind: 'done' });
          expect(await steered().ordersOf(order.id)).toMatchObject([{ version: 3, total: '111.92' }]);
        }
        expect(reached).toBeGreaterThanOrEqual(1);
      },
    );

    it('is transient when no server listens', async () => {
      expect(await push(steered().toNobody, snapshotOf())).toMatchObject({ kind: 'transient' });
      expect(await steered().toNobody.testConnection()).toMatchObject({ kind: 'transient' });
    });

    it('is transient when the ERP is out of service, and succeeds afterwards', async () => {
      const { connector, proxy } = steered();
      const order = snapshotOf();
      proxy.judge = () => ({ status: 503, headers: { 'retry-after': '7' } });
      expect(await push(connector, order)).toMatchObject({ kind: 'transient', retryAfterMs: 7_000 });
      proxy.judge = () => undefined;
      expect(await push(connector, order)).toMatchObject({ kind: 'done' });
    });

    it('reports refused credentials without showing them, and leaves nothing behind', async () => {
      const order = snapshotOf();
      for (const outcome of [
        await push(steered().withWrongCredentials, order),
        await steered().withWrongCredentials.testConnection(),
      ]) {
        expect(outcome).toMatchObject({ kind: 'transient', needsOperator: true });
        const said = JSON.stringify(outcome);
        expect(said).toMatch(/credentials/);
        for (const secret of steered().secrets) expect(said).not.toContain(secret);
      }
      expect(await steered().ordersOf(order.id)).toEqual([]);
    });

    it('refuses an order with an unknown product, and leaves nothing behind', async () => {
      const order = snapshotOf();
      expect(await push(steered().refusingUnknownProducts, order)).toMatchObject({
        kind: 'refused',
        message: expect.stringContaining(order.lines[0]?.sku ?? 'a SKU') as string,
      });
      expect(await steered().ordersOf(order.id)).toEqual([]);
    });

    it('reports a working connection', async () => {
      expect(await steered().connector.testConnection()).toMatchObject({ kind: 'done' });
    });
  });
}
