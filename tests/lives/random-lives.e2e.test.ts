import { livesEnvironment, runLives } from '@oms/testing';
import { usePostgres, useTestStack } from '@oms/testing/vitest';
import { describe, expect, it } from 'vitest';

/** Time in which lives start. Lives under way then continue to their end. */
const budgetMs = 25_000;

/** Fixed, so that every run has the same lives, with kills at other moments. `npm run lives` has other seeds. */
const seed = 20_261_121;

describe('random lives of orders', () => {
  const postgres = usePostgres();
  const stack = useTestStack({ postgres, env: livesEnvironment });

  it('keep the promises of the APIs while processes are killed, and leave balanced ledgers', async () => {
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
