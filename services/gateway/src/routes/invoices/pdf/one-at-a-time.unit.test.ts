import { expect, it } from 'vitest';

import { oneAtATime } from './one-at-a-time.js';

it('runs one call at a time, in their order, and refuses a call when too many wait', async () => {
  const started: number[] = [];
  const open: (() => void)[] = [];
  const work = oneAtATime(
    (call: number) => {
      started.push(call);
      return new Promise<number>((resolve, reject) => {
        open.push(() => {
          if (call === 1) reject(new Error('the first one failed'));
          else resolve(call);
        });
      });
    },
    { maxWaiting: 1 },
  );
  const first = work(1);
  const second = work(2);
  await expect(work(3)).rejects.toMatchObject({
    refusal: { code: 'UNAVAILABLE' },
    headers: { 'Retry-After': '5' },
  });
  expect(started).toEqual([1]);
  open.shift()?.();
  await expect(first).rejects.toThrow('the first one failed');
  await expect.poll(() => started).toEqual([1, 2]);
  const fourth = work(4);
  open.shift()?.();
  expect(await second).toBe(2);
  await expect.poll(() => started).toEqual([1, 2, 4]);
  open.shift()?.();
  expect(await fourth).toBe(4);
});
