import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { startChild, StopRank } from './child.js';
import { findPostgresBinaries } from './postgres-binaries.js';
import { freePort } from './ports.js';
import { startPostgres, type PostgresServer } from './postgres.js';
import { childrenOf } from './testing/stack-program.js';
import { removeTemporaryFolders, temporaryFolder } from './testing/temporary-folder.js';

let dataDir: string;
let servers: PostgresServer[];
beforeEach(async () => {
  dataDir = path.join(await temporaryFolder(), 'postgres');
  servers = [];
});
afterEach(async () => {
  await Promise.all(servers.map((server) => server.stop('immediate')));
  await removeTemporaryFolders();
});

async function start(): Promise<PostgresServer> {
  const server = await startPostgres({ dataDir, port: await freePort() });
  servers.push(server);
  return server;
}

async function ask(server: PostgresServer, sql: string): Promise<readonly unknown[]> {
  const client = new pg.Client({ connectionString: server.url('postgres') });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

const serverLock = (): string => path.join(dataDir, 'postmaster.pid');

describe('a killed server', () => {
  it('is restarted with all committed data', async () => {
    const server = await start();
    await ask(server, 'CREATE TABLE kept AS SELECT 7 AS number');
    await server.stop('kill');
    expect(existsSync(serverLock())).toBe(true);
    await server.start();
    expect(await ask(server, 'SELECT number FROM kept')).toEqual([{ number: 7 }]);
  });

  it('is restarted even if another program has its process id now', async () => {
    const server = await start();
    await server.stop('kill');
    // PostgreSQL takes any process with this id and its own user for a running server.
    const { user } = await findPostgresBinaries();
    const other = startChild({
      name: 'another program',
      command: '/bin/sleep',
      args: ['600'],
      ...(user ? { user } : {}),
      cwd: '/',
      logFile: `${dataDir}-other.log`,
      rank: StopRank.Helper,
      stopSignal: 'SIGKILL',
    });
    await writeFile(serverLock(), `${other.pid}\n${dataDir}\n1\n${server.port}\n\n127.0.0.1\n`);
    await server.start().finally(() => other.stop());
    expect(await ask(server, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('is reported once; a stopped server is not reported', async () => {
    const server = await start();
    const crashes: string[] = [];
    server.onCrash((how) => crashes.push(how));
    process.kill(server.pid() ?? 0, 'SIGKILL');
    await expect.poll(() => crashes).toEqual(['SIGKILL']);
    await server.start();
    await server.stop();
    expect(crashes).toEqual(['SIGKILL']);
  });
});

describe('a running server', () => {
  it('has letter case beyond ASCII, and sorts texts by their bytes', async () => {
    const server = await start();
    expect(
      await ask(server, "SELECT lower('ÄÉΣ') AS small, upper('ñж') AS large, 'Ä' ~* 'ä' AS same"),
    ).toEqual([{ small: 'äéσ', large: 'ÑЖ', same: true }]);
    const letters = "unnest('{é,a,Z,z,Ä}'::text[]) AS letter";
    expect(
      await ask(server, `SELECT string_agg(letter, '' ORDER BY letter) AS letters FROM ${letters}`),
    ).toEqual([{ letters: 'ZazÄé' }]);
  });

  it('rejects a second server on its data, which names its process, and continues', async () => {
    const server = await start();
    await expect(start()).rejects.toThrow(`another PostgreSQL (process ${server.pid()}) already uses`);
    expect(await ask(server, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});

describe('an initdb that is killed', () => {
  it('leaves nothing that the next start uses', async () => {
    const first = start();
    const ended = expect(first).rejects.toThrow('initdb ended (SIGKILL)');
    await expect
      .poll(
        async () => {
          // It writes its version first, and most of the data after that.
          const hasBegun = [dataDir, `${dataDir}.new`].some((folder) =>
            existsSync(path.join(folder, 'PG_VERSION')),
          );
          const initdb = (await childrenOf(process.pid)).find(({ command }) => command.includes(dataDir));
          if (!hasBegun || !initdb) return false;
          process.kill(initdb.pid, 'SIGKILL');
          return true;
        },
        { interval: 1 },
      )
      .toBe(true);
    await ended;
    expect(await ask(await start(), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });
});

describe('data of an interrupted initdb', () => {
  it('is replaced at the next start', async () => {
    const server = await start();
    await server.stop();
    await writeFile(path.join(dataDir, 'half'), '');
    await rm(path.join(dataDir, 'PG_VERSION'));
    expect(await ask(await start(), 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(existsSync(path.join(dataDir, 'half'))).toBe(false);
  });
});
