import type { BenchOptions } from '../bench-options.js';
import { readKinds, type Latency, type ReadKind, type ReadResult } from '../report/bench-result.js';
import { medianLatency } from '../statistics.js';
import type { ReadTarget } from './read-target.js';

/** Measures every kind of read on every size. Rounds are interleaved, so that other load affects all sizes alike. */
export async function measureReads(
  targets: readonly ReadTarget[],
  { rounds, reads }: Pick<BenchOptions, 'rounds' | 'reads'>,
  say: (line: string) => void,
): Promise<readonly ReadResult[]> {
  const measured = targets.map((target) => ({
    target,
    latencies: Object.fromEntries(readKinds.map((kind) => [kind, []])) as unknown as Record<
      ReadKind,
      Latency[]
    >, // Every kind has its list.
  }));
  // The first round only warms up compiled code, query plans and cached pages.
  for (let round = 0; round <= rounds; round += 1) {
    for (const kind of readKinds) {
      for (const { target, latencies } of measured) {
        const latency = await target.measure(kind, reads);
        if (round > 0) latencies[kind].push(latency);
      }
    }
    say(round === 0 ? 'reads: warm' : `reads: round ${round} of ${rounds}`);
  }
  return measured.map(({ target, latencies }) => ({
    orders: target.orders,
    latency: Object.fromEntries(
      readKinds.map((kind) => [kind, medianLatency(latencies[kind])]),
    ) as unknown as ReadResult['latency'], // Every kind has its figures.
  }));
}
