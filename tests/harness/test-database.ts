import { randomUUID } from 'node:crypto';

import { makeDatabase, migrateDatabase, type DatabaseUrls } from '@oms/database/migrate';

/** Creates an empty, migrated database on the run's server. It is removed with the server. */
export async function createTestDatabase(postgresPort: number): Promise<DatabaseUrls> {
  const server = `postgresql://postgres@127.0.0.1:${postgresPort}/postgres`;
  const urls = await makeDatabase(server, `test_${randomUUID().replaceAll('-', '')}`);
  await migrateDatabase(urls.owner);
  return urls;
}
