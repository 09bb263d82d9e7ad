import type { BenchOptions } from '../bench-options.js';
import { cpuMs, type ProcessTable } from '../process-usage.js';
import type { Latency, LoadResult, SaturationResult } from '../report/bench-result.js';
import { latencyOf, median, medianLatency } from '../statistics.js';
import { runClosedLoop } from './closed-loop.js';
import type { Contender, Sample } from './contender.js';
import { runOpenLoop } from './open-loop.js';

type Options = Pick<BenchOptions, 'rounds' | 'seconds' | 'inFlight'>;
type Say = (line: string) => void;
type Contenders<Name extends string> = Readonly<Record<Name, Contender>>;

/** Orders per second to prepare for the first round. Later rounds prepare twice the throughput of the previous round. */
const firstPerSecond = 20;
/** Share of a contender's own throughput at which its latency is measured. */
const loadShare = 0.7;

/** Measures contenders with a fixed number of concurrent orders, one contender after the other in each round. */
export async function measureSaturation<Name extends string>(
  contenders: Contenders<Name>,
  { rounds, seconds, inFlight }: Options,
  processes: ProcessTable,
  say: Say,
): Promise<Readonly<Record<Name, SaturationResult>>> {
  const measured = collect<Name, Omit<SaturationResult, 'roundsPerSecond'>>(contenders);
  const expected = mapEach(contenders, () => firstPerSecond);
  for (let round = 0; round <= rounds; round += 1) {
    const warming = round === 0;
    const lasting = warming ? Math.min(seconds, 5) : seconds;
    for (const [name, contender] of entries(contenders)) {
      await contender.prepare(Math.ceil(lasting * expected[name]));
      const before = await cpuMs(processes);
      const { perSecond, samples, handled } = await runClosedLoop(contender, { seconds: lasting, inFlight });
      const after = await cpuMs(processes);
      say(`${warming ? 'warm-up' : `round ${round} of ${rounds}`}: ${name} ${perSecond.toFixed(1)} orders/s`);
      expected[name] = perSecond * 2;
      if (warming) continue;
      measured[name].push({
        ordersPerSecond: perSecond,
        ...latencies(samples),
        cpuMsPerOrder: difference(before, after, handled),
      });
    }
  }
  return mapEach(measured, (results) => {
    const roundsPerSecond = results.map(({ ordersPerSecond }) => ordersPerSecond);
    const cpu = results.map(({ cpuMsPerOrder }) => cpuMsPerOrder ?? {});
    const cpuMsPerOrder = mapEach(cpu[0] ?? {}, (_, process) => median(cpu.map((of) => of[process] ?? 0)));
    return {
      ordersPerSecond: median(roundsPerSecond),
      roundsPerSecond,
      ...medianOf(results),
      // Omits processes that a contender does not use.
      cpuMsPerOrder: Object.fromEntries(Object.entries(cpuMsPerOrder).filter(([, ms]) => ms >= 0.05)),
    };
  });
}

/** Measures contenders while orders arrive at 70 % of each one's own throughput. */
export async function measureLoad<Name extends string>(
  contenders: Contenders<Name>,
  throughput: Readonly<Record<NoInfer<Name>, { readonly ordersPerSecond: number }>>,
  { rounds, seconds }: Options,
  say: Say,
): Promise<Readonly<Record<Name, LoadResult>>> {
  const rate = (name: Name): number => throughput[name].ordersPerSecond * loadShare;
  const measured = collect<Name, Omit<LoadResult, 'arrivalsPerSecond'>>(contenders);
  for (let round = 1; round <= rounds; round += 1) {
    for (const [name, contender] of entries(contenders)) {
      await contender.prepare(Math.ceil(seconds * rate(name) * 1.5));
      const samples = await runOpenLoop(contender, { seconds, perSecond: rate(name), seed: round });
      say(`70 % load, round ${round} of ${rounds}: ${name}, ${samples.length} orders`);
      measured[name].push(latencies(samples));
    }
  }
  return mapEach(measured, (results, name) => ({ arrivalsPerSecond: rate(name), ...medianOf(results) }));
}

interface Latencies {
  readonly answer: Latency;
  readonly done: Latency;
}

function latencies(samples: readonly Sample[]): Latencies {
  return {
    answer: latencyOf(samples.map(({ answerMs }) => answerMs)),
    done: latencyOf(samples.map(({ doneMs }) => doneMs)),
  };
}

function medianOf(rounds: readonly Latencies[]): Latencies {
  return {
    answer: medianLatency(rounds.map(({ answer }) => answer)),
    done: medianLatency(rounds.map(({ done }) => done)),
  };
}

function difference(
  before: Readonly<Record<string, number>>,
  after: Readonly<Record<string, number>>,
  orders: number,
): Record<string, number> {
  return mapEach(after, (ms, process) => (ms - (before[process] ?? 0)) / orders);
}

// Variants of `Object.entries` and `fromEntries` that keep the type of a record's names.

function entries<Name extends string, Value>(record: Readonly<Record<Name, Value>>): [Name, Value][] {
  return Object.entries(record) as [Name, Value][];
}

function mapEach<Name extends string, From, To>(
  record: Readonly<Record<Name, From>>,
  map: (value: From, name: Name) => To,
): Record<Name, To> {
  return Object.fromEntries(entries(record).map(([name, value]) => [name, map(value, name)])) as Record<
    Name,
    To
  >;
}

function collect<Name extends string, Result>(contenders: Contenders<Name>): Record<Name, Result[]> {
  return mapEach(contenders, (): Result[] => []);
}
