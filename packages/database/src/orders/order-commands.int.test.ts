import { randomUUID } from 'node:crypto';

import type { AppliedOrderResult } from '@oms/contracts/temporal';
import { orderLineId } from '@oms/contracts/temporal';
import type { OrderCommand, OrderRef } from '@oms/domain';
import { beforeAll, describe, expect, it } from 'vitest';

import { RowNotFoundError } from '../kit/database-error.js';
import { applyOrderCommand, rememberOrderCommand } from './order-commands.js';
import { findChangeAnswer } from '../order-log/order-lock.js';
import { findOrderFacts } from '../order-log/order-facts-reader.js';
import type { OrderToRecord } from './order-recorder.js';
import {
  apply,
  changeOf,
  confirmedOrder,
  partOfAnswer,
  receiveStockOf,
  stockedLine,
} from '../testing/living-orders.js';
import { newScope } from '../testing/orders.js';
import { openTestDatabase, type TestDatabase } from '../testing/test-database.js';

/** Everything that a command may write to. */
const written = [
  'orders',
  'order_lines',
  'order_events',
  'audit_log',
  'order_commands',
  'shipments',
  'shipment_lines',
  'returns',
  'return_lines',
  'refunds',
  'reservations',
  'stock_ledger',
  'inventory_levels',
  'payments',
  'payment_ledger',
  'invoices',
] as const;

describe('a command to an order', () => {
  let test: TestDatabase;

  beforeAll(async () => {
    test = await openTestDatabase();
    return () => test.close();
  });

  const lineOf = ({ orderId }: OrderRef): string => orderLineId(orderId, 1);

  /** Paid for with 1,500, 3 units of one variant reserved, and confirmed. */
  async function newOrder(): Promise<OrderToRecord> {
    const scope = newScope();
    const lines = [stockedLine()];
    await receiveStockOf(test.database, scope, lines);
    return confirmedOrder(test.database, scope, { lines });
  }

  /** An order in the middle of its life, with a return that is approved. */
  async function livedOrder(): Promise<{ readonly order: OrderToRecord; readonly returnId: string }> {
    const order = await newOrder();
    const lines = [{ lineId: lineOf(order), quantity: 2 }];
    const shipmentId = partOfAnswer(
      await apply(test.database, order, { type: 'ship', lines, startsProcessing: true }),
    );
    await apply(test.database, order, { type: 'deliver', shipmentId });
    const returnId = partOfAnswer(await apply(test.database, order, { type: 'request_return', lines }));
    await apply(test.database, order, { type: 'decide_return', returnId, isApproved: true });
    return { order, returnId };
  }

  /** All rows of all tables, so that every change shows. */
  async function everything(): Promise<readonly unknown[]> {
    const all: unknown[] = [];
    for (const table of written) {
      const { rows } = await test.owner.query<{ row: unknown }>(
        `SELECT to_jsonb(t) AS row FROM ${table} t ORDER BY 1`,
      );
      all.push(...rows.map(({ row }) => [table, row]));
    }
    return all;
  }

  const eventsOf = async ({ orderId }: OrderRef): Promise<readonly string[]> => {
    const { rows } = await test.owner.query<{ type: string }>(
      'SELECT type FROM order_events WHERE order_id = $1 ORDER BY sequence',
      [orderId],
    );
    return rows.map(({ type }) => type);
  };

  const kindsOf = (results: readonly AppliedOrderResult[]): readonly string[] =>
    results.map((result) => (result.kind === 'refused' ? result.code : result.kind)).sort();

  it('is applied once of twenty calls at once with one id, and answered the same to all', async () => {
    const order = await newOrder();
    const change = changeOf(order, {
      type: 'ship',
      lines: [{ lineId: lineOf(order), quantity: 1 }],
      startsProcessing: true,
    });
    const results = await Promise.all(
      Array.from({ length: 20 }, () => applyOrderCommand(test.database, change)),
    );
    const answers = results.map((result) => (result.kind === 'applied' ? result.answer : result));
    expect(answers).toEqual(Array.from({ length: 20 }, () => answers[0]));
    expect(results.filter((result) => result.kind === 'applied' && !result.isReplay)).toHaveLength(1);
    expect((await eventsOf(order)).filter((type) => type === 'shipment.created')).toHaveLength(1);
    expect((await findOrderFacts(test.database, order)).lines[0]?.shipped).toBe(1);
  });

  it('that is repeated later → gets its first answer, even if the order has changed since', async () => {
    const { order, returnId } = await livedOrder();
    const id = randomUUID();
    const first = await apply(test.database, order, { type: 'receive_return', returnId }, id);
    await apply(test.database, order, { type: 'refund', returnId });
    const before = await everything();
    const again = await apply(test.database, order, { type: 'receive_return', returnId }, id);
    expect(again).toMatchObject({ isReplay: true, answer: first.answer });
    expect(again.standing).toMatchObject({ owesRefund: true, status: 'processing' });
    expect((await findOrderFacts(test.database, order)).refundedMinor).toBe(1_000);
    expect(await everything()).toEqual(before);
  });

  it('with an id that was used for another request is refused, and changes nothing', async () => {
    const order = await newOrder();
    const id = randomUUID();
    await apply(test.database, order, { type: 'start_processing' }, id);
    const before = await everything();
    const other = changeOf(order, { type: 'ship' }, id);
    const conflict = { kind: 'refused', code: 'IDEMPOTENCY_CONFLICT' };
    expect(await applyOrderCommand(test.database, other)).toMatchObject(conflict);
    expect(await rememberOrderCommand(test.database, other)).toMatchObject(conflict);
    expect(await findChangeAnswer(test.database, other)).toMatchObject(conflict);
    expect(await everything()).toEqual(before);
  });

  it('is found again by its id, within its tenant and organisation', async () => {
    const order = await newOrder();
    const change = changeOf(order, { type: 'start_processing' });
    expect(await findChangeAnswer(test.database, change)).toBeUndefined();
    const result = await applyOrderCommand(test.database, change);
    const answer = result.kind === 'applied' ? result.answer : undefined;
    expect(answer).toMatchObject({ status: 'processing', requestId: change.requestId });
    expect(await findChangeAnswer(test.database, change)).toMatchObject({ kind: 'applied', answer });
    expect(await findChangeAnswer(test.database, { ...change, tenantId: randomUUID() })).toBeUndefined();
    expect(await findChangeAnswer(test.database, { ...change, orgId: randomUUID() })).toBeUndefined();
  });

  it('that is carried out step by step is remembered once', async () => {
    const order = await newOrder();
    const change = changeOf(order, { type: 'cancel' });
    const results = await Promise.all([1, 2, 3].map(() => rememberOrderCommand(test.database, change)));
    expect(results.filter((result) => result.kind === 'applied' && !result.isReplay)).toHaveLength(1);
    await expect(applyOrderCommand(test.database, changeOf(order, { type: 'cancel' }))).rejects.toThrow(
      'cancel is not written by itself',
    );
  });

  it('that is refused writes nothing, and its id is free for when it is allowed', async () => {
    const order = await newOrder();
    const change = changeOf(order, { type: 'close' });
    const before = await everything();
    expect(await applyOrderCommand(test.database, change)).toMatchObject({
      ...{ kind: 'refused', code: 'TRANSITION_NOT_ALLOWED' },
      details: { allowed: ['processing', 'cancelled'] },
    });
    expect(await everything()).toEqual(before);
    expect(await findChangeAnswer(test.database, change)).toBeUndefined();
  });

  it('for an order of another tenant or organisation, or of none, finds none and changes nothing', async () => {
    const order = await newOrder();
    const before = await everything();
    for (const wrong of [{ tenantId: randomUUID() }, { orgId: randomUUID() }, { orderId: randomUUID() }]) {
      const change = changeOf({ ...order, ...wrong }, { type: 'start_processing' });
      await expect(applyOrderCommand(test.database, change)).rejects.toThrow(RowNotFoundError);
      await expect(rememberOrderCommand(test.database, change)).rejects.toThrow(RowNotFoundError);
    }
    expect(await everything()).toEqual(before);
  });

  it.each<{
    readonly what: string;
    readonly command: (order: OrderRef, returnId: string) => OrderCommand;
    readonly code: string;
  }>([
    {
      what: 'shipments of the last units',
      command: (order) => ({ type: 'ship', lines: [{ lineId: lineOf(order), quantity: 1 }] }),
      code: 'TRANSITION_NOT_ALLOWED',
    },
    {
      what: 'receipts of one return',
      command: (_, returnId) => ({ type: 'receive_return', returnId }),
      code: 'RETURN_NOT_READY',
    },
    {
      what: 'refunds of all that is left',
      command: () => ({ type: 'refund', all: true }),
      code: 'AMOUNT_NOT_AVAILABLE',
    },
    {
      what: 'refunds of more than half',
      command: () => ({ type: 'refund', amountMinor: 800 }),
      code: 'AMOUNT_NOT_AVAILABLE',
    },
  ])('races with others for $what: one wins, the others are refused', async ({ command, code }) => {
    const { order, returnId } = await livedOrder();
    const changes = Array.from({ length: 6 }, () => changeOf(order, command(order, returnId)));
    const results = await Promise.all(changes.map((change) => applyOrderCommand(test.database, change)));
    expect(kindsOf(results)).toEqual(['applied', ...Array.from({ length: 5 }, () => code)].sort());
  });

  it('to refund a return is accepted once, also while the first refund is under way', async () => {
    const { order, returnId } = await livedOrder();
    const lines = [{ lineId: lineOf(order), quantity: 1 }];
    await apply(test.database, order, { type: 'receive_return', returnId });
    await apply(test.database, order, { type: 'refund', returnId, lines });
    const again = await applyOrderCommand(
      test.database,
      changeOf(order, { type: 'refund', returnId, lines }),
    );
    expect(again).toMatchObject({ kind: 'refused', code: 'RETURN_NOT_READY' });
  });

  it('is written whole or not at all, whichever of its writes fails', async () => {
    const cases = [
      {
        tables: [
          'orders',
          'shipments',
          'shipment_lines',
          'order_lines',
          'reservations',
          'stock_ledger',
          'inventory_levels',
        ],
        command: { type: 'ship' },
      },
      { tables: ['returns', 'return_lines'], command: { type: 'request_return' } },
      { tables: ['return_lines', 'order_lines', 'stock_ledger'], command: { type: 'receive_return' } },
      { tables: ['refunds'], command: { type: 'refund', all: true } },
    ] as const;
    const { order, returnId } = await livedOrder();
    const { order: other } = await livedOrder();
    await apply(test.database, order, { type: 'ship' });
    const shipmentId = (await findOrderFacts(test.database, order)).shipments.at(-1)?.id ?? '';
    await apply(test.database, order, { type: 'deliver', shipmentId });
    const lines = [{ lineId: lineOf(order), quantity: 1 }];
    const before = await everything();
    for (const { tables, command } of cases) {
      const target = command.type === 'ship' ? other : order;
      const full = {
        ...command,
        ...(command.type === 'request_return' ? { lines } : {}),
        ...(command.type === 'receive_return' ? { returnId } : {}),
      } as OrderCommand; // Each has what its kind needs.
      for (const table of [...tables, 'order_events', 'audit_log', 'order_commands']) {
        await test.owner.query(`ALTER TABLE ${table} ADD CONSTRAINT broken CHECK (false) NOT VALID`);
        const failure = await applyOrderCommand(test.database, changeOf(target, full)).then(
          ({ kind }) => kind,
          String,
        );
        await test.owner.query(`ALTER TABLE ${table} DROP CONSTRAINT broken`);
        expect(failure, `${command.type}, ${table}`).toContain('broken');
        expect(await everything(), `${command.type}, ${table}`).toEqual(before);
      }
    }
  });
});
