import { chmod, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import { freePort, startPostgres, type PostgresServer } from '@oms/stack';
import { createTestDatabase, livesEnvironment, runLives, startTestStack, type TestStack } from '@oms/testing';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';

/** How long lives are begun; those that are under way then are lived to their end. */
const budgetMs = 40_000;

/** The same lives every time, though what is killed in the middle of them differs; `npm run lives` lives others. */
const seed = 20_261_121;

describe('random lives of orders', () => {
  let folder: string;
  let postgres: PostgresServer;
  let stack: TestStack;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'oms-lives-'));
    await chmod(folder, 0o755);
    postgres = await startPostgres({ dataDir: path.join(folder, 'data'), port: await freePort() });
    stack = await startTestStack({
      postgresPort: postgres.port,
      temporalAddress: inject('temporalAddress'),
      databaseUrl: await createTestDatabase(postgres.port),
      env: livesEnvironment,
    });
  });
  afterAll(async () => {
    await stack.stop();
    await postgres.stop('immediate');
    await rm(folder, { recursive: true, force: true });
  });

  it('go as the APIs promise, whatever is killed, and leave books that balance', async () => {
    const again = `npm run lives -- --lives 300 --seed ${seed}`;
    process.stdout.write(`random lives: ${again}\n`);
    const report = await runLives({
      ...{ stack, postgres, seed, lives: 300, concurrency: 12, killEveryMs: 9_000 },
      untilMs: Date.now() + budgetMs,
    });
    expect(report.failures, again).toEqual([]);
    expect(report.lives).toBeGreaterThan(0);
  }, 600_000);
});
