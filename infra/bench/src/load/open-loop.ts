import { now, type Contender, type Sample } from './contender.js';

/**
 * Places orders at a fixed rate, independent of earlier orders, at the irregular intervals of independent clients. Times
 * count from an order's due time.
 *
 * Rejects with the first order that fails.
 */
export async function runOpenLoop(
  contender: Contender,
  {
    seconds,
    perSecond,
    seed,
  }: { readonly seconds: number; readonly perSecond: number; readonly seed: number },
): Promise<readonly Sample[]> {
  const random = seededRandom(seed);
  const start = now();
  const pending: Promise<Sample>[] = [];
  let failure: unknown;
  for (let dueAt = start; failure === undefined;) {
    dueAt += (-Math.log(1 - random()) / perSecond) * 1_000;
    if (dueAt >= start + seconds * 1_000) break;
    await until(dueAt);
    const placed = contender.place(dueAt);
    placed.catch((error: unknown) => (failure ??= error));
    pending.push(placed);
  }
  if (pending.length === 0) pending.push(contender.place(now()));
  return Promise.all(pending);
}

async function until(at: number): Promise<void> {
  const waitMs = at - now();
  // Timers fire up to a millisecond late, never early.
  if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
}

/** Reproducible numbers from 0 to 1 (mulberry32). */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
