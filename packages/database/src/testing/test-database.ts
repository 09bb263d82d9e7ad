import { randomUUID } from 'node:crypto';

import pg from 'pg';
import { inject } from 'vitest';

import { createDatabase, type Database } from '../kit/database.js';
import { makeDatabase, migrateDatabase, type DatabaseUrls } from '../migrate/index.js';

/** An empty database of its own on the run's server, with the product's roles. It goes with the server. */
export function createEmptyDatabase(): Promise<DatabaseUrls> {
  const server = `postgresql://postgres@127.0.0.1:${inject('postgresPort')}/postgres`;
  return makeDatabase(server, `database_${randomUUID().replaceAll('-', '')}`);
}

/** A migrated database of a suite's own. */
export interface TestDatabase {
  readonly urls: DatabaseUrls;
  /** As the server's administrator. */
  readonly url: string;
  /** As the workers open it. */
  readonly database: Database;
  /** The server's administrator, who may do anything. */
  readonly owner: pg.Client;
  close(): Promise<void>;
}

export async function openTestDatabase(): Promise<TestDatabase> {
  const urls = await createEmptyDatabase();
  await migrateDatabase(urls.owner);
  const database = createDatabase({ connectionString: urls.worker, poolSize: 20 });
  const owner = new pg.Client({ connectionString: urls.administrator });
  await owner.connect();
  return {
    urls,
    url: urls.administrator,
    database,
    owner,
    async close() {
      await owner.end();
      await database.close();
    },
  };
}
