import { now, type Contender, type Sample } from './contender.js';

export interface ClosedLoopResult {
  readonly perSecond: number;
  readonly samples: readonly Sample[];
  /** All orders, those that were not counted included. */
  readonly handled: number;
}

/** No more than this is left out at the beginning, while the pipeline fills. */
const longestRampMs = 2_000;
/** On a machine that is busy otherwise, a round goes on until it has so many. */
const fewestSamples = 10;

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
  const earliestEnd = countFrom + seconds * 1_000;
  const samples: Sample[] = [];
  let handled = 0;
  let lastCountedAt = countFrom;
  let endedAt: number | undefined;

  const count = (sample: Sample): void => {
    const at = now();
    handled += 1;
    if (at < countFrom || endedAt !== undefined) return;
    if (at >= earliestEnd && samples.length >= fewestSamples) {
      endedAt = Math.max(earliestEnd, lastCountedAt);
      return;
    }
    samples.push(sample);
    lastCountedAt = at;
  };
  const keepOneUnderWay = async (): Promise<void> => {
    while (endedAt === undefined) count(await contender.place(now()));
  };
  await Promise.all(Array.from({ length: inFlight }, keepOneUnderWay));
  const countedMs = (endedAt ?? lastCountedAt) - countFrom;
  return { perSecond: (samples.length * 1_000) / countedMs, samples, handled };
}
