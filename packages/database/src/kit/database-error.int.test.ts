import { randomUUID } from 'node:crypto';

import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';

import { isConstraintViolation, isDatabaseAway, isPassingFault } from './database-error.js';
import { createDatabase, type Database } from './database.js';
import { newScope, placeOrder } from '../testing/orders.js';
import { openTestDatabase, type TestDatabase } from '../testing/test-database.js';

type Run = (database: Database) => Promise<unknown>;

/** Runs a statement in a transaction with a setting of its own. */
const withSetting =
  (setting: string, sql: string): Run =>
  ({ prisma }) =>
    prisma.$transaction(async (transaction) => {
      await transaction.$executeRawUnsafe(`SET LOCAL ${setting}`);
      await transaction.$queryRawUnsafe(sql);
    });

const query =
  (sql: string, ...values: unknown[]): Run =>
  ({ prisma }) =>
    prisma.$queryRawUnsafe(sql, ...values);

describe('the kind of a PostgreSQL fault', () => {
  let test: TestDatabase;

  beforeAll(async () => {
    test = await openTestDatabase();
    return () => test.close();
  });

  async function faultOf(run: () => Promise<unknown>): Promise<unknown> {
    try {
      await run();
    } catch (error) {
      return error;
    }
    throw new Error('nothing went wrong');
  }

  /** A pool with another connection URL than the tests' own. */
  function databaseAt(change: (url: URL) => void, poolSize = 1): Database {
    const url = new URL(test.url);
    change(url);
    const database = createDatabase({ connectionString: url.href, poolSize });
    onTestFinished(() => database.close());
    return database;
  }

  it.each<[string, Run]>([
    [
      'a statement that takes too long (57014)',
      withSetting('statement_timeout = 100', 'SELECT pg_sleep(5)::text'),
    ],
    ['a server that only reads (25006)', withSetting('transaction_read_only = on', 'DELETE FROM commands')],
    [
      'a connection that is ended under a statement (57P01)',
      query('SELECT pg_terminate_backend(pg_backend_pid())'),
    ],
    [
      'a connection that is ended under a transaction (57P01)',
      withSetting('lock_timeout = 0', 'SELECT pg_terminate_backend(pg_backend_pid())'),
    ],
    [
      'a transaction that is longer than it may be (P2028)',
      ({ prisma }) =>
        prisma.$transaction(
          async (transaction) => {
            await transaction.$queryRaw`SELECT pg_sleep(1)::text`;
            await transaction.$queryRaw`SELECT 1`;
          },
          { timeout: 200 },
        ),
    ],
    [
      'a session that is ended since it did nothing (25P03)',
      ({ prisma }) =>
        prisma.$transaction(async (transaction) => {
          const setting = `SET LOCAL idle_in_transaction_session_timeout = 100`;
          const rows = transaction.$queryRaw<{ pid: number }[]>`SELECT pg_backend_pid() AS pid`;
          const pid = (await rows)[0]?.pid;
          await transaction.$executeRawUnsafe(setting);
          await expect
            .poll(
              async () =>
                (await test.owner.query('SELECT FROM pg_stat_activity WHERE pid = $1', [pid])).rowCount,
            )
            .toBe(0);
          await transaction.$queryRaw`SELECT 1`;
        }),
    ],
  ])('passes: %s', async (_, run) => {
    const fault = await faultOf(() => run(test.database));
    expect(isPassingFault(fault)).toBe(true);
    expect(isConstraintViolation(fault)).toBe(false);
  });

  it('passes: a lock timeout (55P03), which does not count as a database that is away', async () => {
    await test.owner.query('BEGIN');
    await test.owner.query('LOCK TABLE tenant_settings');
    const fault = await faultOf(() =>
      withSetting('lock_timeout = 100', 'SELECT FROM tenant_settings')(test.database),
    ).finally(() => test.owner.query('ROLLBACK'));
    expect(isPassingFault(fault)).toBe(true);
    expect(isDatabaseAway(fault)).toBe(false);
  });

  it('passes: an exhausted pool', async () => {
    const database = databaseAt(() => undefined);
    await database.prisma.$transaction(
      async (transaction) => {
        await transaction.$queryRaw`SELECT 1`;
        expect(isPassingFault(await faultOf(() => database.ping()))).toBe(true);
        const another = () => database.prisma.$transaction([database.prisma.$queryRaw`SELECT 1`]);
        expect(isPassingFault(await faultOf(another))).toBe(true);
      },
      { timeout: 30_000 },
    );
  });

  describe.each<[string, Run]>([
    ['a statement', query('SELECT 1')],
    ['a transaction', withSetting('lock_timeout = 0', 'SELECT 1')],
  ])('passes for %s', (_, run) => {
    it('where there are too many connections (53300)', async () => {
      const role = `role_${randomUUID().replaceAll('-', '')}`;
      await test.owner.query(`CREATE ROLE ${role} LOGIN CONNECTION LIMIT 0`);
      const fault = await faultOf(() => run(databaseAt((url) => (url.username = role))));
      expect([isPassingFault(fault), isDatabaseAway(fault)]).toEqual([true, true]);
    });

    it('where logins are refused (28000)', async () => {
      const fault = await faultOf(() => run(databaseAt((url) => (url.username = 'nobody'))));
      expect(isPassingFault(fault)).toBe(true);
    });

    it('where there is no such database (3D000)', async () => {
      const fault = await faultOf(() => run(databaseAt((url) => (url.pathname = '/nowhere'))));
      expect(isPassingFault(fault)).toBe(true);
    });

    it('where no server listens', async () => {
      const fault = await faultOf(() => run(databaseAt((url) => (url.port = '1'))));
      expect([isPassingFault(fault), isDatabaseAway(fault)]).toEqual([true, true]);
    });
  });

  it.each<[string, Run]>([
    ['a table (42P01)', query('SELECT FROM nowhere')],
    ['a column (42703)', query('SELECT nothing FROM orders')],
    ['a function (42883)', query('SELECT nothing()')],
    ['a privilege (42501)', withSetting('ROLE oms_gateway', 'DELETE FROM orders')],
  ])('passes where a deployment lacks %s', async (_, run) => {
    const fault = await faultOf(() => run(test.database));
    expect([isPassingFault(fault), isDatabaseAway(fault)]).toEqual([true, false]);
  });

  const settings = 'INSERT INTO tenant_settings (tenant_id, order_number_prefix) VALUES';

  it.each<[string, Run, boolean]>([
    ['a check (23514)', query(`${settings} (gen_random_uuid(), '')`), true],
    ['nothing where there has to be something (23502)', query(`${settings} (NULL, 'A')`), true],
    [
      'a row that another one needs (23503)',
      query(
        "INSERT INTO refunds (id, order_id, ordinal, amount_minor, status) SELECT gen_random_uuid(), gen_random_uuid(), 1, 1, 'pending'",
      ),
      true,
    ],
    [
      'a trigger (23001)',
      query(
        "INSERT INTO payments (order_id, provider, reference, currency, captured_minor) VALUES (gen_random_uuid(), 'stripe', 'pi_1', 'USD', 1)",
      ),
      true,
    ],
    ['text that has a NUL (22021)', query('SELECT $1::text', 'a\0b'), false],
    ['JSON that has a NUL (22P05)', query('SELECT $1::jsonb', JSON.stringify('a\0b')), false],
    ['a number that no column takes (22003)', query('SELECT 3000000000::bigint::int'), false],
    ['a UUID that is none (22P02)', query("SELECT 'x'::uuid"), false],
    [
      'a NUL, asked for by a function of Prisma',
      ({ prisma }) => prisma.product.findFirst({ where: { id: '\0' } }),
      false,
    ],
    ['SQL that is none (42601)', query('SELEC 1'), false],
    ['what a function raises (P0001)', query("DO $$ BEGIN RAISE EXCEPTION 'no'; END $$"), false],
    ['an error of our own', () => Promise.reject(new TypeError('x is not a function')), false],
  ])('repeats: %s', async (_, run, isViolation) => {
    const fault = await faultOf(() => run(test.database));
    expect(isPassingFault(fault)).toBe(false);
    expect(isDatabaseAway(fault)).toBe(false);
    expect(isConstraintViolation(fault)).toBe(isViolation);
  });

  it('repeats: a deferred constraint that fails at COMMIT', async () => {
    const order = await placeOrder(test.database, newScope());
    const version = { where: { id: order.orderId }, data: { version: 7 } };
    const fault = await faultOf(() =>
      test.database.prisma.$transaction(async (transaction) => {
        await transaction.$executeRaw`SET CONSTRAINTS ALL DEFERRED`;
        await transaction.order.update(version);
      }),
    );
    expect(isPassingFault(fault)).toBe(false);
    expect(isConstraintViolation(fault)).toBe(true);
  });
});
