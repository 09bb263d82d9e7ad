import { now, type Contender, type Sample } from './contender.js';

export interface ClosedLoopResult {
  readonly perSecond: number;
  readonly samples: readonly Sample[];
  /** All orders, those that were not counted included. */
  readonly handled: number;
}

/** No more than this is left out at the beginning, while the pipeline fills. */
const longestRampMs = 2_000;

/**
 * Keeps a number of orders under way: whenever one is done the next begins. Counts what is done between the time
 * that the pipeline is full and the end, then lets the rest finish uncounted.
 *
 * Rejects with the first order that fails.
 */
export async function runClosedLoop(
  contender: Contender,
  { seconds, inFlight }: { readonly seconds: number; readonly inFlight: number },
): Promise<ClosedLoopResult> {
  const countFrom = now() + Math.min(longestRampMs, seconds * 250);
  const countUntil = countFrom + seconds * 1_000;
  const samples: Sample[] = [];
  let handled = 0;
  const keepOneUnderWay = async (): Promise<void> => {
    while (now() < countUntil) {
      const sample = await contender.place(now());
      handled += 1;
      const at = now();
      if (at >= countFrom && at < countUntil) samples.push(sample);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, keepOneUnderWay));
  if (samples.length === 0) throw new Error(`no order was done within ${seconds} s`);
  return { perSecond: samples.length / seconds, samples, handled };
}
