import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import pg from 'pg';
import { beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';

import { createEmptyDatabase } from '../testing/test-database.js';
import type { DatabaseUrls } from './database-roles.js';
import { migrateDatabase, migrationsDir } from './migrate-database.js';

describe('migrateDatabase', () => {
  /** Every migration of the repository, oldest first. */
  let all: readonly string[];

  beforeAll(async () => {
    const entries = await readdir(migrationsDir, { withFileTypes: true });
    all = entries
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name)
      .sort();
    expect(all.length).toBeGreaterThan(0);
  });

  let urls: DatabaseUrls;
  let url: string;
  let client: pg.Client;

  beforeEach(async () => {
    urls = await createEmptyDatabase();
    url = urls.owner;
    client = new pg.Client({ connectionString: urls.administrator });
    await client.connect();
    return () => client.end();
  });

  /** The folder of the repository's migrations and one more after them. */
  async function migrationsWith(name: string, sql: string): Promise<string> {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'oms-migrations-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    await cp(migrationsDir, folder, { recursive: true });
    await mkdir(path.join(folder, name));
    await writeFile(path.join(folder, name, 'migration.sql'), sql);
    return folder;
  }

  async function record(): Promise<readonly Record<string, unknown>[]> {
    const { rows } = await client.query<Record<string, unknown>>(
      `SELECT migration_name AS name, checksum, finished_at IS NOT NULL AS finished, applied_steps_count AS steps
       FROM _prisma_migrations ORDER BY started_at, migration_name`,
    );
    return rows;
  }

  async function objects(): Promise<readonly string[]> {
    const { rows } = await client.query<{ name: string }>(
      "SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY 1",
    );
    return rows.map(({ name }) => name);
  }

  it('applies every migration once, in exactly one of four racing calls', async () => {
    const applied = await Promise.all(Array.from({ length: 4 }, () => migrateDatabase(url)));
    expect(applied.filter((names) => names.length > 0)).toEqual([all]);
    expect(await record()).toHaveLength(all.length);
    expect(await migrateDatabase(url)).toEqual([]);
  });

  it('waits for a migration under way in another process, and does not report it as failed', async () => {
    const folder = await migrationsWith(
      '20270101000000_slow',
      'SELECT pg_advisory_xact_lock(1); CREATE TABLE slow ();',
    );
    await client.query('SELECT pg_advisory_lock(1)');
    const waiting = async (): Promise<number | null> => {
      const sql =
        "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
      return (await client.query(sql)).rowCount;
    };
    const first = migrateDatabase(url, { migrationsDir: folder });
    await expect.poll(waiting).toBe(1);
    const others = [1, 2].map(() => migrateDatabase(url, { migrationsDir: folder }));
    const settled = Promise.allSettled(others);
    await expect.poll(waiting).toBe(3);
    await client.query('SELECT pg_advisory_unlock(1)');
    expect(await first).toEqual([...all, '20270101000000_slow']);
    expect(await settled).toEqual([1, 2].map(() => ({ status: 'fulfilled', value: [] })));
  });

  it("keeps Prisma's own records, so that its CLI can continue with the database", async () => {
    await migrateDatabase(url);
    const expected = all.map(async (name) => {
      const script = await readFile(path.join(migrationsDir, name, 'migration.sql'));
      return { name, checksum: createHash('sha256').update(script).digest('hex'), finished: true, steps: 1 };
    });
    expect(await record()).toEqual(await Promise.all(expected));
  });

  it('applies a later migration to a migrated database, and logs it before', async () => {
    await migrateDatabase(url);
    const folder = await migrationsWith('20270101000000_gifts', 'CREATE TABLE gifts (id int PRIMARY KEY);');
    const lines: string[] = [];
    const options = { migrationsDir: folder, log: (line: string) => void lines.push(line) };
    expect(await migrateDatabase(url, options)).toEqual(['20270101000000_gifts']);
    expect(lines).toEqual(['applying 20270101000000_gifts']);
    expect(await objects()).toContain('gifts');
  });

  it('refuses if an applied migration was edited, and names it', async () => {
    await migrateDatabase(url);
    const folder = await migrationsWith('20270101000000_gifts', 'CREATE TABLE gifts (id int PRIMARY KEY);');
    await writeFile(path.join(folder, all[0] ?? '', 'migration.sql'), '-- Something else.\n');
    await expect(migrateDatabase(url, { migrationsDir: folder })).rejects.toThrow(
      'changed after they had been applied: 20261129000000_initial',
    );
    expect(await objects()).not.toContain('gifts');
  });

  it('rolls a failed migration back except for its entry, reports the reason, and applies no later one', async () => {
    const folder = await migrationsWith(
      '20270101000000_gifts',
      'CREATE TABLE gifts (id int PRIMARY KEY); INSERT INTO gifts VALUES (1); INSERT INTO gifts VALUES (1);',
    );
    await mkdir(path.join(folder, '20270102000000_cards'));
    await writeFile(
      path.join(folder, '20270102000000_cards', 'migration.sql'),
      'CREATE TABLE cards (id int);',
    );
    const failure = await migrateDatabase(url, { migrationsDir: folder }).catch((error: unknown) =>
      String(error),
    );
    expect(failure).toContain('20270101000000_gifts');
    expect(failure).toContain('duplicate key');
    expect(await record()).toMatchObject([...all.map(() => ({ finished: true })), { finished: false }]);
    expect(await objects()).not.toContain('gifts');
    expect(await objects()).not.toContain('cards');
    await expect(migrateDatabase(url, { migrationsDir: folder })).rejects.toThrow(
      'failed half-way; see `prisma migrate resolve`: 20270101000000_gifts',
    );
    expect(await objects()).not.toContain('cards');
  });

  it('makes the owning role the owner of all tables, also for an administrator with options in the URL', async () => {
    const administrator = new URL(urls.administrator);
    administrator.searchParams.set('options', '-c work_mem=8MB');
    expect(await migrateDatabase(administrator.href)).toEqual(all);
    const { rows } = await client.query(
      "SELECT DISTINCT relowner::regrole::text AS owner FROM pg_class WHERE relnamespace = 'public'::regnamespace",
    );
    expect(rows).toEqual([{ owner: 'oms_owner' }]);
    expect(await migrateDatabase(urls.owner)).toEqual([]);
  });

  it('refuses a user that cannot become the owning role, with an explanation', async () => {
    await expect(migrateDatabase(urls.worker)).rejects.toThrow(
      'migrations run as oms_owner, which this user cannot become: permission denied to set role "oms_owner"',
    );
    expect(await objects()).toEqual([]);
  });

  it('rejects if the database is unreachable', async () => {
    const gone = new URL(url);
    gone.pathname = '/nowhere';
    await expect(migrateDatabase(gone.href)).rejects.toThrow('nowhere');
  });
});
