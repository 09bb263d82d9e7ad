import { describe, expect, it } from 'vitest';

import { inParallel } from './in-parallel.js';

describe('work in parallel', () => {
  it('of 100,000 items → stays within its limit and keeps their order', { timeout: 60_000 }, async () => {
    let taken = 0;
    let yielded = 0;
    let most = 0;
    async function* items() {
      for (; taken < 100_000; taken += 1) yield await Promise.resolve(taken);
    }
    for await (const item of inParallel(items(), 8, (number) => Promise.resolve(number))) {
      expect(item).toBe(yielded);
      most = Math.max(most, taken - yielded);
      yielded += 1;
    }
    expect(yielded).toBe(100_000);
    expect(most).toBeLessThanOrEqual(8);
  });

  it('of which one item fails → ends with its error', async () => {
    async function* items() {
      yield* await Promise.resolve([1, 2, 3]);
    }
    const work = (item: number) => (item === 2 ? Promise.reject(new Error('two')) : Promise.resolve(item));
    const seen: number[] = [];
    await expect(
      (async () => {
        for await (const item of inParallel(items(), 2, work)) seen.push(item);
      })(),
    ).rejects.toThrow('two');
    expect(seen).toEqual([1]);
  });
});
