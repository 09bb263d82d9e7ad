import pg from 'pg';
import { describe, expect, inject, it, onTestFinished } from 'vitest';

import { holdTables } from './held-lock.js';
import { createTestDatabase } from './test-database.js';

describe('a held lock', () => {
  it('notices a transaction that began to wait after the first query', async () => {
    const { administrator: url } = await createTestDatabase(inject('postgresPort'));
    const connect = async (): Promise<pg.Client> => {
      const client = new pg.Client({ connectionString: url });
      await client.connect();
      onTestFinished(() => client.end());
      return client;
    };
    const lock = await holdTables(url, ['tenant_settings']);
    const gone = (await connect()).query('DELETE FROM tenant_settings').catch((error: unknown) => error);
    await lock.untilSomebodyWaits();
    const late = await connect();
    await late.query(
      `SELECT pg_cancel_backend(pid) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
       WHERE datname = current_database() AND NOT granted`,
    );
    expect(await gone).toBeInstanceOf(Error);
    const later = (await connect()).query('DELETE FROM tenant_settings');
    await lock.untilSomebodyWaits();
    await lock.letGo();
    expect((await later).rowCount).toBe(0);
  });
});
