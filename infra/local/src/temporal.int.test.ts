import path from 'node:path';

import { Connection } from '@temporalio/client';
import { afterEach, describe, expect, inject, it } from 'vitest';

import { freePort } from './ports.js';
import { startTemporal, type TemporalServer } from './temporal.js';
import { script } from './testing/fake-programs.js';
import { removeTemporaryFolders, temporaryFolder } from './testing/temporary-folder.js';

const servers: TemporalServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop('SIGKILL');
  await removeTemporaryFolders();
});

async function start(
  folder: string,
  { binary = inject('temporalBinary'), namespaces = [] as readonly string[] } = {},
): Promise<TemporalServer> {
  const server = await startTemporal({
    binary,
    port: await freePort(),
    dbFile: path.join(folder, 'data', 'temporal.db'),
    logFile: path.join(folder, 'temporal.log'),
    namespaces,
  });
  servers.push(server);
  return server;
}

async function hasNamespace({ address }: TemporalServer, namespace: string): Promise<void> {
  const connection = await Connection.connect({ address });
  try {
    await connection.workflowService.describeNamespace({ namespace });
  } finally {
    await connection.close();
  }
}

describe('when Temporal is killed while it creates its tables', () => {
  it('starts again with a new file', async () => {
    const folder = await temporaryFolder();
    // Writes half of a file and kills itself.
    const binary = await script(
      path.join(folder, 'temporal'),
      'while [ "$1" != --db-filename ]; do shift; done',
      'echo "half of a file" > "$2"',
      'kill -9 $$',
    );
    await expect(start(folder, { binary })).rejects.toThrow('Temporal ended (SIGKILL) before it was ready');
    await start(folder);
  });
});

describe('when Temporal is killed after it was ready', () => {
  it('keeps its data', async () => {
    const folder = await temporaryFolder();
    const first = await start(folder, { namespaces: ['kept'] });
    await first.stop('SIGKILL');
    await hasNamespace(await start(folder), 'kept');
  });
});
