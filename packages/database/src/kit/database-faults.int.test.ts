import { randomUUID } from 'node:crypto';

import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';

import { isDatabaseAway, isPassingFault, isUniqueViolation, RowNotFoundError } from './database-error.js';
import { createDatabase } from './database.js';
import { recordOrder } from '../orders/order-recorder.js';
import { newScope, orderToRecord, placeOrder } from '../testing/orders.js';
import { startProxy } from '../testing/cuttable-proxy.js';
import { openTestDatabase, type TestDatabase } from '../testing/test-database.js';

/** Limits above any delay of a busy machine, so that only the other transaction ends this one. */
const longEnough = { maxWait: 30_000, timeout: 60_000 };

describe('faults of the database', () => {
  let test: TestDatabase;

  beforeAll(async () => {
    test = await openTestDatabase();
    return () => test.close();
  });

  const failureOf = async (work: Promise<unknown>): Promise<unknown> => {
    try {
      await work;
    } catch (error) {
      return error;
    }
    throw new Error('nothing went wrong');
  };

  const settingsTwice = async (): Promise<void> => {
    const data = { tenantId: randomUUID() };
    await test.database.prisma.tenantSettings.create({ data });
    await test.database.prisma.tenantSettings.create({ data });
  };

  /** A pool behind a proxy, so that its server can disappear for this pool alone. */
  async function behindProxy(onConnectionLost?: () => void) {
    const url = new URL(test.url);
    const proxy = await startProxy(Number(url.port));
    url.port = String(proxy.port);
    const database = createDatabase({
      connectionString: url.href,
      poolSize: 3,
      ...(onConnectionLost ? { onConnectionLost } : {}),
    });
    onTestFinished(async () => {
      await proxy.stop();
      await database.close();
    });
    return { proxy, database };
  }

  describe('a unique violation', () => {
    it('of raw SQL is recognised', async () => {
      const scope = newScope();
      const order = await placeOrder(test.database, scope, { key: 'key' });
      const same = { ...orderToRecord(scope, { key: 'key' }), orderId: randomUUID() };
      expect(same.orderId).not.toBe(order.orderId);
      expect(isUniqueViolation(await failureOf(recordOrder(test.database, same)))).toBe(true);
    });

    it("of Prisma's own functions is recognised", async () => {
      expect(isUniqueViolation(await failureOf(settingsTwice()))).toBe(true);
    });

    it('is not confused with another fault whose message contains its code', async () => {
      const failure = await failureOf(
        test.database.prisma.$queryRaw`SELECT ('23505 is not a number ' || now())::int`,
      );
      expect(String(failure)).toContain('23505');
      expect(isUniqueViolation(failure)).toBe(false);
    });

    it.each([
      [
        'a check',
        () => test.database.prisma.$executeRaw`UPDATE tenant_settings SET order_number_prefix = ''`,
      ],
      ['a foreign key', () => test.database.prisma.$executeRaw`UPDATE orders SET version = version + 23505`],
      ['a trigger', () => test.database.prisma.$executeRaw`UPDATE orders SET number = number || '!'`],
      ['a missing privilege', () => test.database.prisma.$executeRaw`DELETE FROM order_events`],
      ['wrong SQL', () => test.database.prisma.$executeRaw`SELECT FROM nowhere`],
    ])('is not what %s says', async (_, fault) => {
      expect(isUniqueViolation(await failureOf(fault()))).toBe(false);
    });

    it('is not recognised in other errors', () => {
      for (const other of [new Error('23505'), new RowNotFoundError('P2002'), undefined, { code: 'P2002' }]) {
        expect(isUniqueViolation(other)).toBe(false);
      }
    });
  });

  describe('a database that is away', () => {
    it('is distinguished from errors that PostgreSQL reports, also when it goes away during a statement', async () => {
      const { proxy, database } = await behindProxy();
      const slow = failureOf(database.prisma.$queryRaw`SELECT pg_sleep(10)::text`);
      await expect
        .poll(async () => {
          const asked = "SELECT FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%'";
          return (await test.owner.query(asked)).rowCount;
        })
        .toBe(1);
      await proxy.stop();
      expect(isDatabaseAway(await slow)).toBe(true);
      expect(isDatabaseAway(await failureOf(database.prisma.order.findFirst()))).toBe(true);
      expect(isDatabaseAway(await failureOf(database.prisma.$queryRaw`SELECT 1`))).toBe(true);
    });

    it.each([
      ['a unique violation', () => settingsTwice()],
      ['a trigger', () => test.database.prisma.$executeRaw`UPDATE orders SET number = number || '!'`],
      ['a missing privilege', () => test.database.prisma.$executeRaw`DELETE FROM order_events`],
      ['wrong SQL', () => test.database.prisma.$executeRaw`SELECT FROM nowhere`],
      ['anything else', () => Promise.reject(new Error('P1001'))],
    ])('is not what %s means', async (_, fault) => {
      expect(isDatabaseAway(await failureOf(fault()))).toBe(false);
    });
  });

  it('a deadlock fails one of two transactions, not as a unique violation, and the other continues', async () => {
    const scopes = [newScope(), newScope()] as const;
    for (const scope of scopes) await placeOrder(test.database, scope);
    let arrived = 0;
    let release = (): void => undefined;
    const both = new Promise<void>((resolve) => (release = resolve));
    const lock = (first: string, second: string) =>
      test.database.prisma.$transaction(async (tx) => {
        await tx.$executeRaw`UPDATE tenant_settings SET last_order_number = 20000 WHERE tenant_id = ${first}::uuid`;
        if ((arrived += 1) === 2) release();
        await both;
        await tx.$executeRaw`UPDATE tenant_settings SET last_order_number = 20000 WHERE tenant_id = ${second}::uuid`;
      }, longEnough);
    const [one, other] = [scopes[0].tenantId, scopes[1].tenantId];
    const results = await Promise.allSettled([lock(one, other), lock(other, one)]);
    const failures = results.flatMap((result) =>
      result.status === 'rejected' ? [result.reason as unknown] : [],
    );
    expect(failures).toHaveLength(1);
    expect(String(failures[0])).toMatch(/deadlock|40P01/);
    expect(isUniqueViolation(failures[0])).toBe(false);
    expect(isPassingFault(failures[0])).toBe(true);
  });

  it('a serialisation failure fails one of two transactions, not as a unique violation', async () => {
    const scope = newScope();
    await placeOrder(test.database, scope);
    let arrived = 0;
    let release = (): void => undefined;
    const both = new Promise<void>((resolve) => (release = resolve));
    const count = () =>
      test.database.prisma.$transaction(
        async (tx) => {
          await tx.$queryRaw`SELECT last_order_number FROM tenant_settings WHERE tenant_id = ${scope.tenantId}::uuid`;
          if ((arrived += 1) === 2) release();
          await both;
          await tx.$executeRaw`UPDATE tenant_settings SET last_order_number = last_order_number + 1
            WHERE tenant_id = ${scope.tenantId}::uuid`;
        },
        { ...longEnough, isolationLevel: 'Serializable' },
      );
    const results = await Promise.allSettled([count(), count()]);
    const failures = results.flatMap((result) =>
      result.status === 'rejected' ? [result.reason as unknown] : [],
    );
    expect(failures).toHaveLength(1);
    expect(String(failures[0])).toMatch(/could not serialize|write conflict|40001/);
    expect(isUniqueViolation(failures[0])).toBe(false);
    expect(isPassingFault(failures[0])).toBe(true);
  });

  it('a statement is cancelled after fifteen seconds, and its connection stays usable', async () => {
    const { database } = await behindProxy();
    const startedAt = Date.now();
    const failure = await failureOf(database.prisma.$queryRaw`SELECT pg_sleep(60)::text`);
    expect(String(failure)).toContain('statement timeout');
    expect(isUniqueViolation(failure)).toBe(false);
    expect(Date.now() - startedAt).toBeGreaterThan(14_000);
    expect(Date.now() - startedAt).toBeLessThan(20_000);
    await database.ping();
  });

  it('a stopped server is noticed at once, and used again when it is back, without a restart', async () => {
    const lost: unknown[] = [];
    const { proxy, database } = await behindProxy(() => void lost.push(1));
    await database.ping();
    await proxy.stop();
    await expect.poll(() => lost.length, { timeout: 5_000 }).toBeGreaterThan(0);
    const startedAt = Date.now();
    const failure = await failureOf(recordOrder(database, orderToRecord(newScope())));
    expect(isUniqueViolation(failure)).toBe(false);
    expect(Date.now() - startedAt).toBeLessThan(5_000);
    await proxy.start();
    expect((await recordOrder(database, orderToRecord(newScope()))).standing.status).toBe('pending');
  });

  it('a connection that breaks during a statement fails only that statement', async () => {
    const sleeping = failureOf(test.database.prisma.$queryRaw`SELECT pg_sleep(60)::text AS marked`);
    const end = async (): Promise<number | null> =>
      (
        await test.owner.query(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%AS marked' AND state = 'active' AND pid <> pg_backend_pid()",
        )
      ).rowCount;
    await expect.poll(end, { timeout: 10_000 }).toBe(1);
    expect(isUniqueViolation(await sleeping)).toBe(false);
    await test.database.ping();
  });

  it('a server that vanished silently is given up within seconds, by new and by old connections', async () => {
    const { proxy, database } = await behindProxy();
    await database.ping();
    proxy.goSilent();
    const startedAt = Date.now();
    const failures = await Promise.all([failureOf(database.ping()), failureOf(database.ping())]);
    expect(failures.map(isUniqueViolation)).toEqual([false, false]);
    expect(failures.map(isPassingFault)).toEqual([true, true]);
    expect(Date.now() - startedAt).toBeLessThan(25_000);
  });

  it('never shows the password or the parameters', async () => {
    const secret = randomUUID();
    const url = new URL(test.url);
    url.password = secret;
    url.port = '1';
    const database = createDatabase({ connectionString: url.href });
    const failure = await failureOf(database.prisma.$queryRaw`SELECT ${secret}`);
    await database.close();
    expect(String(failure)).not.toContain(secret);
  });
});
