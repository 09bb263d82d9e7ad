import { now, type Contender, type Sample } from './contender.js';

/**
 * Lets orders arrive at a rate whatever becomes of those before them, at irregular intervals as independent clients
 * do. Times count from when an order was due.
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
  const underWay: Promise<Sample>[] = [];
  let failure: unknown;
  for (let dueAt = start; failure === undefined;) {
    dueAt += (-Math.log(1 - random()) / perSecond) * 1_000;
    if (dueAt >= start + seconds * 1_000) break;
    await until(dueAt);
    const placed = contender.place(dueAt);
    placed.catch((error: unknown) => (failure ??= error));
    underWay.push(placed);
  }
  if (underWay.length === 0) underWay.push(contender.place(now()));
  return Promise.all(underWay);
}

async function until(at: number): Promise<void> {
  const waitMs = at - now();
  // Timers fire no earlier than asked and up to a millisecond later.
  if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
}

/** Numbers from 0 to 1 that are the same in every run (mulberry32). */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
