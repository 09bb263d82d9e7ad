import { randomUUID } from 'node:crypto';

import { notFound, refusal, RefusalCode } from '@oms/domain';
import type pg from 'pg';
import { beforeAll, describe, expect, it } from 'vitest';

import { startProxy } from '../testing/cuttable-proxy.js';
import { openTestDatabase, type TestDatabase } from '../testing/test-database.js';
import type { Change } from './audit.js';
import { createDatabase, type Database } from './database.js';
import { isPassingFault, isRefusedByDatabase } from './database-error.js';
import { runCommand, type CarriedOut, type CarryOut, type Command } from './run-command.js';

const changed: Change = {
  ...{ action: 'gift.wrapped', type: 'gift', id: 'gift_1' },
  ...{ before: { wrapped: false, ribbon: null }, after: { wrapped: true, ribbon: null } },
};

describe('a command', () => {
  let test: TestDatabase;
  let gateway: Database;

  beforeAll(async () => {
    test = await openTestDatabase();
    gateway = createDatabase({ connectionString: test.urls.gateway, poolSize: 4 });
    return async () => {
      await gateway.close();
      await test.close();
    };
  });

  function commandOf(changes: Partial<Command> = {}): Command {
    return {
      ...{ tenantId: randomUUID(), orgId: randomUUID(), commandId: randomUUID(), kind: 'wrap_gift' },
      ...{ requestHash: 'one', requestId: randomUUID(), actor: { type: 'service', id: 'elf' } },
      request: {},
      ...changes,
    };
  }

  /** Counts the runs, and writes a row that shows whether a run took effect. */
  function counting<Result>(outcome: CarriedOut<Result>) {
    const counted = { runs: 0 };
    const carryOut: CarryOut<unknown, Result> = async (transaction, { tenantId }) => {
      counted.runs += 1;
      await transaction.$executeRaw`INSERT INTO tenant_settings (tenant_id) VALUES (${tenantId}::uuid)`;
      return outcome;
    };
    return { counted, carryOut };
  }
  const done = { kind: 'done', result: { gift: 1 }, changes: [changed] } as const;
  const effects = async ({ tenantId, commandId }: Command) => ({
    rows: await test.database.prisma.tenantSettings.count({ where: { tenantId } }),
    audited: await test.database.prisma.auditEntry.count({ where: { tenantId } }),
    kept: await gateway.prisma.command.count({ where: { id: commandId } }),
  });

  it('is carried out once: the same request is a replay, another request under the id a conflict', async () => {
    const command = commandOf();
    const { counted, carryOut } = counting(done);
    const answer = { kind: 'done', result: { gift: 1 }, wasDone: false };
    expect(await runCommand(gateway, command, carryOut)).toEqual({ ...answer, isReplay: false });
    const again = { ...command, requestId: randomUUID() };
    expect(await runCommand(gateway, again, carryOut)).toEqual({ ...answer, isReplay: true });
    expect(await runCommand(gateway, { ...again, requestHash: 'other' }, carryOut)).toMatchObject({
      code: 'IDEMPOTENCY_CONFLICT',
    });
    expect(counted.runs).toBe(1);
    expect(await effects(command)).toEqual({ rows: 1, audited: 1, kept: 1 });
  });

  it('writes before, after and actor of each change, nulls included', async () => {
    const command = commandOf();
    const details = { reason: 'a birthday' };
    const changes = [changed, { ...changed, id: 'gift_2', details }] as const;
    await runCommand(gateway, command, counting({ ...done, changes }).carryOut);
    const { tenantId, orgId } = command;
    const rows = await test.database.prisma.auditEntry.findMany({
      where: { tenantId },
      omit: { id: true, occurredAt: true },
      orderBy: { id: 'asc' },
    });
    const { before, after } = changed;
    const row = {
      ...{ tenantId, orgId, actorType: 'service', actorId: 'elf' },
      ...{ action: 'gift.wrapped', resourceType: 'gift' },
    };
    expect(rows).toEqual([
      { ...row, resourceId: 'gift_1', data: { before, after } },
      { ...row, resourceId: 'gift_2', data: { before, after, details } },
    ]);
  });

  it('that is refused → its writes are rolled back, and its id is refused again', async () => {
    const command = commandOf();
    const { counted, carryOut } = counting<never>(refusal(RefusalCode.TransitionNotAllowed, 'gifts are out'));
    const refused = { kind: 'refused', code: 'TRANSITION_NOT_ALLOWED', message: 'gifts are out' };
    expect(await runCommand(gateway, command, carryOut)).toEqual({ ...refused, isReplay: false });
    const again = { ...command, requestId: randomUUID() };
    expect(await runCommand(gateway, again, counting(done).carryOut)).toEqual({ ...refused, isReplay: true });
    expect(counted.runs).toBe(1);
    expect(await effects(command)).toEqual({ rows: 0, audited: 0, kept: 1 });
  });

  it('about a missing resource → stores nothing, not even its answer', async () => {
    const command = commandOf();
    await runCommand(gateway, command, counting<never>(notFound('gift')).carryOut);
    expect(await effects(command)).toEqual({ rows: 0, audited: 0, kept: 0 });
  });

  it('that was done before under another id → is stored without an audit record', async () => {
    const command = commandOf();
    const { carryOut } = counting({ kind: 'done', result: {}, wasDone: true });
    expect(await runCommand(gateway, command, carryOut)).toMatchObject({ wasDone: true, isReplay: false });
    const again = { ...command, requestId: randomUUID() };
    expect(await runCommand(gateway, again, carryOut)).toMatchObject({ wasDone: true, isReplay: true });
    expect(await effects(command)).toEqual({ rows: 1, audited: 0, kept: 1 });
  });

  it('sent 20 times at once over two pools is carried out once', async () => {
    const other = createDatabase({ connectionString: test.urls.gateway, poolSize: 4 });
    try {
      const command = commandOf();
      const { counted, carryOut } = counting(done);
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          runCommand(index % 2 ? gateway : other, { ...command, requestId: randomUUID() }, carryOut),
        ),
      );
      expect(answers.filter((answer) => 'isReplay' in answer && !answer.isReplay)).toHaveLength(1);
      expect(counted.runs).toBe(1);
      expect(await effects(command)).toEqual({ rows: 1, audited: 1, kept: 1 });
    } finally {
      await other.close();
    }
  });

  it('sets its tenant for the transaction alone', async () => {
    const command = commandOf();
    const tenants: unknown[] = [];
    const tenantOf = async (queries: Pick<typeof gateway.prisma, '$queryRaw'>) =>
      tenants.push(
        ...(await queries.$queryRaw<object[]>`SELECT current_setting('app.tenant_id', true) AS tenant`),
      );
    const single = createDatabase({ connectionString: test.urls.gateway, poolSize: 1 });
    try {
      await runCommand(single, command, async (transaction) => {
        await tenantOf(transaction);
        return done;
      });
      await tenantOf(single.prisma);
      expect(tenants).toEqual([{ tenant: command.tenantId }, { tenant: '' }]);
    } finally {
      await single.close();
    }
  });

  it('that loses its connection after sending COMMIT runs again and finds its own answer', async () => {
    const command = commandOf();
    const { counted, carryOut } = counting(done);
    const { owner } = test;
    const key = 4_711;
    const proxy = await startProxy(Number(new URL(test.urls.gateway).port));
    const url = Object.assign(new URL(test.urls.gateway), { port: String(proxy.port) }).href;
    const lossy = createDatabase({ connectionString: url, poolSize: 1 });
    await owner.query(`
      CREATE FUNCTION stand_still() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN PERFORM pg_advisory_xact_lock(${key}); RETURN NULL; END $$;
      CREATE CONSTRAINT TRIGGER stand_still AFTER INSERT ON commands DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION stand_still()`);
    try {
      await owner.query(`SELECT pg_advisory_lock(${key})`);
      const answer = runCommand(lossy, command, carryOut);
      await untilSomebodyWaits(owner, key);
      await proxy.stop();
      await proxy.start();
      await owner.query('SELECT pg_advisory_unlock_all()');
      expect(await answer).toEqual({ kind: 'done', result: { gift: 1 }, wasDone: false, isReplay: false });
      expect(counted.runs).toBe(1);
      expect(await effects(command)).toEqual({ rows: 1, audited: 1, kept: 1 });
    } finally {
      await owner.query('SELECT pg_advisory_unlock_all()');
      await owner.query('DROP FUNCTION stand_still() CASCADE');
      await lossy.close();
      await proxy.stop();
    }
  });

  it('that waits too long for a lock is a passing fault and changes nothing', async () => {
    const command = commandOf();
    await test.owner.query('BEGIN');
    await test.owner.query('LOCK TABLE tenant_settings');
    const error: unknown = await runCommand(gateway, command, counting(done).carryOut, {
      lockTimeoutMs: 50,
    }).catch((thrown: unknown) => thrown);
    await test.owner.query('ROLLBACK');
    expect(isPassingFault(error)).toBe(true);
    expect(String(error)).toContain('canceling statement due to lock timeout');
    expect(await effects(command)).toEqual({ rows: 0, audited: 0, kept: 0 });
    expect(await runCommand(gateway, command, counting(done).carryOut)).toMatchObject({ isReplay: false });
  });

  it('that finds no connection in time is a passing fault and changes nothing', async () => {
    const command = commandOf();
    const single = createDatabase({ connectionString: test.urls.gateway, poolSize: 1 });
    let letGo = (): void => undefined;
    const isFree = new Promise<void>((resolve) => (letGo = resolve));
    let isTaken = (): void => undefined;
    const taken = new Promise<void>((resolve) => (isTaken = resolve));
    const other = runCommand(single, commandOf(), async () => {
      isTaken();
      await isFree;
      return done;
    });
    await taken;
    const error: unknown = await runCommand(single, command, counting(done).carryOut).catch(
      (thrown: unknown) => thrown,
    );
    letGo();
    expect(isPassingFault(error)).toBe(true);
    expect(await effects(command)).toEqual({ rows: 0, audited: 0, kept: 0 });
    expect(await other).toMatchObject({ kind: 'done' });
    expect(await runCommand(single, command, counting(done).carryOut)).toMatchObject({ isReplay: false });
    await single.close();
  });

  it('that a constraint refuses is refused after three runs, and changes nothing', async () => {
    const command = commandOf();
    let runs = 0;
    const error: unknown = await runCommand(gateway, command, async (transaction, { tenantId }) => {
      runs += 1;
      await transaction.$executeRaw`INSERT INTO tenant_settings (tenant_id) VALUES (${tenantId}::uuid)`;
      await transaction.$executeRaw`
        UPDATE tenant_settings SET pending_limit_seconds = 0 WHERE tenant_id = ${tenantId}::uuid`;
      return done;
    }).catch((thrown: unknown) => thrown);
    expect(isRefusedByDatabase(error)).toBe(true);
    expect(runs).toBe(3);
    expect(await effects(command)).toEqual({ rows: 0, audited: 0, kept: 0 });
  });
});

/** Resolves when a transaction waits for this advisory lock. */
async function untilSomebodyWaits(owner: pg.Client, key: number): Promise<void> {
  for (let count: number | null = 0; !count;) {
    const { rowCount } = await owner.query(
      `SELECT FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
       WHERE datname = current_database() AND locktype = 'advisory' AND objid = ${key} AND NOT granted`,
    );
    count = rowCount;
  }
}

describe('a mutation without audit records', () => {
  it('does not compile', () => {
    const result = {};
    const audited: CarriedOut<object> = { kind: 'done', result, changes: [changed] };
    const needless: CarriedOut<object> = { kind: 'done', result, wasDone: true };
    // @ts-expect-error A mutation says what it changed.
    const silent: CarriedOut<object> = { kind: 'done', result };
    // @ts-expect-error A mutation that changed nothing says `wasDone`.
    const empty: CarriedOut<object> = { kind: 'done', result, changes: [] };
    // @ts-expect-error Not even as the function of a route.
    const carryOut: CarryOut<object, object> = () => Promise.resolve({ kind: 'done', result });
    expect([audited, needless, silent, empty, carryOut]).toHaveLength(5);
  });
});
