import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import pg from 'pg';
import { beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest';

import prismaConfig from '../../../../prisma.config.js';
import { createEmptyDatabase } from '../testing/test-database.js';
import { migrateDatabase, migrationsDir } from './migrate-database.js';
import { writeMigration } from './new-migration.js';
import { schemaDifference, schemaFile } from './schema-difference.js';

const serverUrl = `postgresql://postgres@127.0.0.1:${inject('postgresPort')}/postgres`;

// The migrations grant privileges to roles, so the server must have the roles.
beforeAll(createEmptyDatabase);

/** A changeable copy of the schema and the migrations. */
async function copyOfThis(change: (schema: string) => string = (schema) => schema) {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'oms-schema-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const schema = path.join(folder, 'schema.prisma');
  const migrations = path.join(folder, 'migrations');
  await writeFile(schema, change(await readFile(schemaFile, 'utf8')));
  await cp(migrationsDir, migrations, { recursive: true });
  return { schema, migrations };
}

const withColumn = (schema: string): string =>
  schema.replace('  requestHash ', '  giftMessage String? @map("gift_message")\n  requestHash ');

async function shadowDatabases(): Promise<number> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    const { rowCount } = await client.query("SELECT FROM pg_database WHERE datname LIKE 'shadow_%'");
    return rowCount ?? 0;
  } finally {
    await client.end();
  }
}

describe('the schema and the migrations', () => {
  it('agree', async () => {
    expect(await schemaDifference(serverUrl)).toBe('');
  });

  it.each([
    ['an added column', withColumn, 'ADD COLUMN     "gift_message" TEXT'],
    ['a dropped column', (schema: string) => schema.replace(/^ *channel .*\n/m, ''), 'DROP COLUMN "channel"'],
    [
      'a changed type',
      (schema: string) => schema.replace(/(lastOrderNumber +)BigInt/, '$1Int'),
      '"last_order_number" SET DATA TYPE INTEGER',
    ],
    [
      'an added index',
      (schema: string) => schema.replace('  @@map("payments")', '  @@index([currency])\n  @@map("payments")'),
      'CREATE INDEX "payments_currency_idx"',
    ],
    [
      'a dropped unique key',
      (schema: string) =>
        schema
          .replace(/^ *@@unique\(\[provider, reference\].*\n/m, '')
          .replace('@@map("payments")', '@@map("payments")'),
      'DROP INDEX "payments_reference_key"',
    ],
  ])('differ by exactly one statement for %s', async (_, change, sql) => {
    const difference = await schemaDifference(serverUrl, await copyOfThis(change));
    expect(difference).toContain(sql);
    expect(difference.match(/;/g)).toHaveLength(1);
  });

  it('leave no shadow database, also after a migration that cannot be replayed', async () => {
    const { schema, migrations } = await copyOfThis();
    await cp(path.join(migrations, '20261129000000_initial'), path.join(migrations, '20270101000000_again'), {
      recursive: true,
    });
    await expect(schemaDifference(serverUrl, { schema, migrations })).rejects.toThrow('20270101000000_again');
    expect(await shadowDatabases()).toBe(0);
  });

  it("have the paths of Prisma's own CLI", () => {
    const root = path.join(migrationsDir, '..', '..');
    expect(path.join(root, prismaConfig.schema ?? '')).toBe(schemaFile);
    expect(path.join(root, prismaConfig.migrations?.path ?? '')).toBe(migrationsDir);
  });
});

describe('a new migration', () => {
  const now = new Date('2027-03-04T05:06:07.890Z');

  it('changes the database to the schema, and leaves nothing to migrate', async () => {
    const place = await copyOfThis(withColumn);
    const file = await writeMigration(serverUrl, { name: 'add_gift_message', now, ...place });
    expect(file).toBe(path.join(place.migrations, '20270304050607_add_gift_message', 'migration.sql'));
    expect(await readFile(file, 'utf8')).toContain('ADD COLUMN     "gift_message" TEXT;\n');
    expect(await schemaDifference(serverUrl, place)).toBe('');
    const { owner: url } = await createEmptyDatabase();
    const applied = await migrateDatabase(url, { migrationsDir: place.migrations });
    expect(applied.at(-1)).toBe('20270304050607_add_gift_message');
  });

  it('is refused if there is nothing to migrate, unless an empty one is allowed', async () => {
    const place = await copyOfThis();
    const before = await readdir(place.migrations);
    const nothing = writeMigration(serverUrl, { name: 'nothing', now, ...place });
    await expect(nothing).rejects.toThrow('already make what the schema says');
    expect(await readdir(place.migrations)).toEqual(before);
    const file = await writeMigration(serverUrl, { name: 'checks', now, isEmptyAllowed: true, ...place });
    expect(await readFile(file, 'utf8')).toBe('-- What this migration is for.\n');
    const { owner: url } = await createEmptyDatabase();
    expect(await migrateDatabase(url, { migrationsDir: place.migrations })).toContain(
      '20270304050607_checks',
    );
  });

  it('is the last one, also by a late clock', async () => {
    const place = await copyOfThis();
    const make = (name: string, at: Date) =>
      writeMigration(serverUrl, { name, now: at, isEmptyAllowed: true, ...place });
    await make('first', now);
    await make('a_second', now);
    await make('a_third', new Date('2020-01-01T00:00:00Z'));
    const names = (await readdir(place.migrations)).filter((name) => name.startsWith('2027')).sort();
    expect(names).toEqual(['20270304050607_first', '20270304050608_a_second', '20270304050609_a_third']);
  });

  it.each(['', 'Add', 'add-invoices', '../out', 'add invoices', '_a', 'a_', 'ü'])(
    'is refused with the name %j',
    async (name) => {
      const place = await copyOfThis(withColumn);
      const before = await readdir(place.migrations);
      await expect(writeMigration(serverUrl, { name, now, ...place })).rejects.toThrow(
        'no name for a migration',
      );
      expect(await readdir(place.migrations)).toEqual(before);
    },
  );
});
