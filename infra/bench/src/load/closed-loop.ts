import { now, type Contender, type Sample } from './contender.js';

export interface ClosedLoopResult {
  readonly perSecond: number;
  readonly samples: readonly Sample[];
  /** All orders, including uncounted ones. */
  readonly handled: number;
}

/** Upper limit of the uncounted time at the beginning, while the pipeline fills. */
const longestRampMs = 2_000;
/** Lower limit of samples. On a busy machine, a round lasts longer to reach it. */
const fewestSamples = 10;

/**
 * Keeps a number of orders in progress: each completed order is followed by the next. Counts the orders that complete between
 * the ramp-up and the end. The rest completes uncounted.
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
