import { livesEnvironment, runLives } from '@oms/testing';
import { usePostgres, useTestStack } from '@oms/testing/vitest';
import { describe, expect, it } from 'vitest';

/** How long lives are begun; those that are under way then are lived to their end. */
const budgetMs = 25_000;

/** The same lives every time, though what is killed in the middle of them differs; `npm run lives` lives others. */
const seed = 20_261_121;

describe('random lives of orders', () => {
  const postgres = usePostgres();
  const stack = useTestStack({ postgres, env: livesEnvironment });

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
