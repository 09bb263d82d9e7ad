import { randomUUID } from 'node:crypto';

import { migrateDatabase } from '@oms/database/migrate';
import pg from 'pg';

/** An empty, migrated database of its own on the run's server. It goes with the server. */
export async function createTestDatabase(postgresPort: number): Promise<string> {
  const server = `postgresql://postgres@127.0.0.1:${postgresPort}`;
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const admin = new pg.Client({ connectionString: `${server}/postgres` });
  await admin.connect();
  await admin.query(`CREATE DATABASE ${name}`);
  await admin.end();
  const url = `${server}/${name}`;
  await migrateDatabase(url);
  return url;
}
