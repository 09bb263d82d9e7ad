import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { RateLimitState } from './rate-limit-store.js';
import { SlidingWindowStore } from './sliding-window-store.js';

/** A model of the rule that keeps every passed request and never forgets any. */
function naiveModel(max: number, windowMs: number) {
  const passed: { client: string; atMs: number }[] = [];
  return (client: string, nowMs: number): RateLimitState => {
    const inWindow = () => passed.filter((hit) => hit.client === client && hit.atMs > nowMs - windowMs);
    const allowed = inWindow().length < max;
    if (allowed) passed.push({ client, atMs: nowMs });
    const counted = inWindow();
    const oldest = counted[0]?.atMs ?? nowMs;
    return {
      allowed,
      limit: max,
      remaining: max - counted.length,
      retryAfterMs: counted.length < max ? 0 : oldest + windowMs - nowMs,
    };
  };
}

const steps = fc.array(fc.record({ client: fc.constantFrom('a', 'b', 'c'), afterMs: fc.nat({ max: 40 }) }), {
  maxLength: 200,
});

describe('SlidingWindowStore', () => {
  it('decides like the model, for any arrivals', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 100 }),
        steps,
        async (max, windowMs, hits) => {
          const store = new SlidingWindowStore({ max, windowMs });
          const model = naiveModel(max, windowMs);
          let nowMs = 0;
          for (const { client, afterMs } of hits) {
            nowMs += afterMs;
            expect(await store.hit(client, nowMs)).toEqual(model(client, nowMs));
          }
        },
      ),
    );
  });

  it('never lets more than the limit pass in any interval of the window', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: 30 }), { maxLength: 150 }), async (pauses) => {
        const [max, windowMs] = [4, 60];
        const store = new SlidingWindowStore({ max, windowMs });
        const passed: number[] = [];
        let nowMs = 0;
        for (const pauseMs of pauses) {
          nowMs += pauseMs;
          if ((await store.hit('a', nowMs)).allowed) passed.push(nowMs);
        }
        for (const from of passed) {
          expect(passed.filter((atMs) => atMs >= from && atMs < from + windowMs).length).toBeLessThanOrEqual(
            max,
          );
        }
      }),
    );
  });

  it('never lets twice the limit pass, unlike fixed windows at their edges', async () => {
    const store = new SlidingWindowStore({ max: 2, windowMs: 60_000 });
    await store.hit('a', 59_000);
    await store.hit('a', 59_500);
    expect(await store.hit('a', 60_500)).toMatchObject({ allowed: false, retryAfterMs: 58_500 });
  });

  it('admits a client after exactly the announced time', async () => {
    const store = new SlidingWindowStore({ max: 1, windowMs: 1_000 });
    await store.hit('a', 5);
    const { retryAfterMs } = await store.hit('a', 400);
    expect((await store.hit('a', 400 + retryAfterMs - 1)).allowed).toBe(false);
    expect((await store.hit('a', 400 + retryAfterMs)).allowed).toBe(true);
  });

  it('does not count refused requests', async () => {
    const store = new SlidingWindowStore({ max: 1, windowMs: 1_000 });
    await store.hit('a', 0);
    for (let nowMs = 100; nowMs < 1_000; nowMs += 100) await store.hit('a', nowMs);
    expect((await store.hit('a', 1_000)).allowed).toBe(true);
  });

  it('counts nothing when it is peeked', async () => {
    const store = new SlidingWindowStore({ max: 1, windowMs: 1_000 });
    for (let looked = 0; looked < 5; looked += 1) {
      expect(await store.peek('a', looked)).toMatchObject({ allowed: true, remaining: 1 });
    }
    await store.hit('a', 10);
    expect(await store.peek('a', 11)).toMatchObject({ allowed: false, remaining: 0, retryAfterMs: 999 });
  });

  it('remembers at most its number of clients, and forgets the one that was silent longest', async () => {
    const store = new SlidingWindowStore({ max: 1, windowMs: 1_000_000, maxClients: 3 });
    for (const [nowMs, client] of ['a', 'b', 'c', 'd'].entries()) await store.hit(client, nowMs);
    expect(store.clients).toBe(3);
    expect((await store.peek('d', 5)).allowed).toBe(false);
    expect((await store.peek('b', 5)).allowed).toBe(false);
    expect((await store.peek('a', 5)).allowed).toBe(true);
  });

  it('frees the memory of clients that went away', async () => {
    const store = new SlidingWindowStore({ max: 5, windowMs: 1_000 });
    for (let client = 0; client < 1_000; client += 1) await store.hit(`client-${client}`, 0);
    for (let hit = 0; hit < 500; hit += 1) await store.hit(`later-${hit}`, 1_000 + hit);
    expect(store.clients).toBe(500);
  });
});
