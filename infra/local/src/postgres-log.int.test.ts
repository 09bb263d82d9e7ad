import { readFile } from 'node:fs/promises';
import path from 'node:path';

import pg from 'pg';
import { afterEach, expect, it } from 'vitest';

import { freePort } from './ports.js';
import { startPostgres, type PostgresServer } from './postgres.js';
import { removeTemporaryFolders, temporaryFolder } from './testing/temporary-folder.js';

let server: PostgresServer | undefined;
afterEach(async () => {
  await server?.stop('immediate');
  await removeTemporaryFolders();
});

it('logs the constraint that rejects a row, but no value of the row', async () => {
  const folder = await temporaryFolder();
  const logFile = path.join(folder, 'postgres.log');
  server = await startPostgres({ dataDir: path.join(folder, 'postgres'), port: await freePort(), logFile });
  const client = new pg.Client({ connectionString: server.url('postgres') });
  await client.connect();
  await client.query('CREATE TABLE people (name text UNIQUE, age int CONSTRAINT age_check CHECK (age > 0))');
  const insert = (age: number) =>
    client.query('INSERT INTO people VALUES ($1, $2)', ['Jane of 12 Elm Street', age]);
  // The client gets all details.
  await expect(insert(0)).rejects.toMatchObject({ detail: expect.stringContaining('Jane') as string });
  await insert(1);
  await expect(insert(1)).rejects.toMatchObject({ code: '23505' });
  await client.end();
  const log = () => readFile(logFile, 'utf8');
  await expect.poll(log).toMatch(/violates check constraint "age_check"[^]*violates unique constraint/);
  expect(await log()).not.toContain('Jane');
});
