import { randomUUID } from 'node:crypto';

import pg from 'pg';
import { inject } from 'vitest';

import { createDatabase, type Database } from '../database.js';
import { migrateDatabase } from '../migrate/index.js';

/** An empty database of its own on the run's server. It goes with the server. */
export async function createEmptyDatabase(): Promise<string> {
  const server = `postgresql://postgres@127.0.0.1:${inject('postgresPort')}`;
  const name = `database_${randomUUID().replaceAll('-', '')}`;
  const admin = new pg.Client({ connectionString: `${server}/postgres` });
  await admin.connect();
  await admin.query(`CREATE DATABASE ${name}`);
  await admin.end();
  return `${server}/${name}`;
}

/** A migrated database of a suite's own: as the product opens it, and as its owner does, who may do anything. */
export interface TestDatabase {
  readonly url: string;
  readonly database: Database;
  readonly owner: pg.Client;
  close(): Promise<void>;
}

export async function openTestDatabase(): Promise<TestDatabase> {
  const url = await createEmptyDatabase();
  await migrateDatabase(url);
  const database = createDatabase({ connectionString: url, poolSize: 20 });
  const owner = new pg.Client({ connectionString: url });
  await owner.connect();
  return {
    url,
    database,
    owner,
    async close() {
      await owner.end();
      await database.close();
    },
  };
}
