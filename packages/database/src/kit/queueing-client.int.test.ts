import { beforeAll, describe, expect, it } from 'vitest';

import { confirmedOrder, receiveStockOf, stockedLine } from '../testing/living-orders.js';
import { newScope } from '../testing/orders.js';
import { openTestDatabase, type TestDatabase } from '../testing/test-database.js';

describe('a connection', () => {
  let test: TestDatabase;
  const warnings: string[] = [];

  beforeAll(async () => {
    process.on('warning', ({ message }) => warnings.push(message));
    test = await openTestDatabase();
    return () => test.close();
  });

  it('gets one query at a time, also when a transaction reads several relations at once', async () => {
    const scope = newScope();
    const lines = [stockedLine()];
    await receiveStockOf(test.database, scope, lines);
    const { orderId } = await confirmedOrder(test.database, scope, { lines });
    const read = await test.database.prisma.$transaction((queries) =>
      queries.order.findUnique({
        where: { id: orderId },
        include: { lines: true, payment: true, shipments: true, returns: true, refunds: true },
      }),
    );
    expect(read).toMatchObject({ id: orderId, lines: [{ orderId }], shipments: [] });
    // A warning is emitted in a later turn.
    await new Promise(setImmediate);
    // The driver warns once in a process, if a query is sent while another one runs.
    expect(warnings).toEqual([]);
  });

  it('takes the next query after one that fails', async () => {
    const { prisma } = test.database;
    const failing = prisma.$queryRaw`SELECT 1 / 0`.catch(() => 'failed');
    expect(await Promise.all([failing, prisma.$queryRaw`SELECT 1 AS one`])).toEqual(['failed', [{ one: 1 }]]);
    expect(await prisma.$queryRaw`SELECT 2 AS two`).toEqual([{ two: 2 }]);
  });
});
