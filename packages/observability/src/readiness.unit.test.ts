import { describe, expect, it } from 'vitest';

import { checkReadiness, sharedReadiness } from './readiness.js';

const never = () => new Promise<void>(() => undefined);

describe('checkReadiness and sharedReadiness', () => {
  it('are ready if every dependency answers', async () => {
    expect(await checkReadiness({ a: () => Promise.resolve(), b: () => Promise.resolve(1) })).toEqual({
      ready: true,
      checks: { a: 'ok', b: 'ok' },
    });
  });

  it('name the dependencies that fail or hang, without the reason', async () => {
    const readiness = await checkReadiness(
      {
        fine: () => Promise.resolve(),
        failing: () => Promise.reject(new Error('password authentication failed for user x')),
        throwing: () => {
          throw new Error('at once');
        },
        hanging: never,
      },
      20,
    );
    expect(readiness).toEqual({
      ready: false,
      checks: {
        fine: 'ok',
        failing: 'does not answer',
        throwing: 'does not answer',
        hanging: 'no answer within 20 ms',
      },
    });
  });

  it('check dependencies once for concurrent probes', async () => {
    let asked = 0;
    const readiness = sharedReadiness({
      a: () => {
        asked += 1;
        return Promise.resolve();
      },
    });
    await Promise.all([readiness(), readiness(), readiness()]);
    expect(asked).toBe(1);
    await readiness();
    expect(asked).toBe(2);
  });
});
