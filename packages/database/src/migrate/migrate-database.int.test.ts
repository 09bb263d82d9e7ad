import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';

import pg from 'pg';
import { beforeAll, describe, expect, inject, it } from 'vitest';

import { migrateDatabase, migrationsDir } from './migrate-database.js';

describe('migrating a database by the schema engine', () => {
  let connectionString: string;
  let client: pg.Client;

  beforeAll(async () => {
    const base = `postgresql://postgres@127.0.0.1:${inject('postgresPort')}`;
    const name = `migrate_${randomUUID().replaceAll('-', '')}`;
    const admin = new pg.Client({ connectionString: `${base}/postgres` });
    await admin.connect();
    await admin.query(`CREATE DATABASE ${name}`);
    await admin.end();
    connectionString = `${base}/${name}`;
    client = new pg.Client({ connectionString });
    await client.connect();
    return () => client.end();
  });

  it('applies every migration once, also when two processes begin at once', async () => {
    const applied = await Promise.all([migrateDatabase(connectionString), migrateDatabase(connectionString)]);
    expect(applied.flat()).toEqual(['20261121000000_orders']);
    expect(await migrateDatabase(connectionString)).toEqual([]);
  });

  it("leaves Prisma's own record, so that its CLI can go on with the database", async () => {
    const { rows } = await client.query<{ checksum: string; finished: boolean }>(
      'SELECT checksum, finished_at IS NOT NULL AS finished FROM _prisma_migrations',
    );
    const script = await readFile(`${migrationsDir}/20261121000000_orders/migration.sql`);
    const digest = await crypto.subtle.digest('SHA-256', script);
    expect(rows).toEqual([{ checksum: Buffer.from(digest).toString('hex'), finished: true }]);
  });

  it('refuses to go on when an applied migration was edited, and names it', async () => {
    await client.query("UPDATE _prisma_migrations SET checksum = repeat('0', 64)");
    await expect(migrateDatabase(connectionString)).rejects.toThrow(
      'changed after they had been applied: 20261121000000_orders',
    );
  });
});
