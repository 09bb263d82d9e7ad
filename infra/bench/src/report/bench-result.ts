/** Half of what was measured took this long or less, and 99 of a hundred. Milliseconds; medians of all rounds. */
export interface Latency {
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export type ContenderName = 'product' | 'bare' | 'sql';

/** With a fixed number of orders under way. */
export interface SaturationResult {
  readonly ordersPerSecond: number;
  /** Each round's, in their order. */
  readonly roundsPerSecond: readonly number[];
  readonly answer: Latency;
  readonly done: Latency;
  /** Processor time of each process for one order. Absent where the system does not tell it. */
  readonly cpuMsPerOrder?: Readonly<Record<string, number>>;
}

/** With orders that arrive at a rate, whatever becomes of those before. */
export interface LoadResult {
  readonly arrivalsPerSecond: number;
  readonly answer: Latency;
  readonly done: Latency;
}

/** What one order leaves behind, at the contender's own pace. */
export interface OrderCost {
  readonly historyEvents: number;
  readonly historyBytes: number;
  readonly workflowTasks: number;
  readonly activityTasks: number;
  readonly localActivities: number;
}

export const changeKinds = ['ship', 'deliver', 'close'] as const;
export type ChangeKind = (typeof changeKinds)[number];

/** Changes of orders, one at a time. */
export interface ChangeResult {
  readonly product: Readonly<Record<ChangeKind, Latency>>;
  /** An update that runs one remote activity. */
  readonly bare: Latency;
}

export const readKinds = ['one', 'firstPage', 'statusPage', 'deepCursor', 'deepOffset'] as const;
export type ReadKind = (typeof readKinds)[number];

export interface ReadResult {
  readonly orders: number;
  readonly latency: Readonly<Record<ReadKind, Latency>>;
}

export interface BenchResult {
  readonly startedAt: string;
  readonly tookSeconds: number;
  readonly machine: {
    readonly cpus: number;
    readonly cpuModel: string;
    readonly memoryGib: number;
    readonly node: string;
    readonly platform: string;
    /** Of one minute, when the bench began: what else was using the machine. */
    readonly loadAverageBefore: number;
  };
  readonly options: {
    readonly rounds: number;
    readonly seconds: number;
    readonly inFlight: number;
    readonly temporal: 'file' | 'memory';
  };
  readonly saturation: Readonly<Record<ContenderName, SaturationResult>>;
  /** At 70 % of the contender's own throughput. */
  readonly load: Readonly<Record<'product' | 'bare', LoadResult>>;
  readonly ratios: {
    readonly throughputOfBare: number;
    readonly throughputOfSql: number;
    readonly answerP50OfBare: number;
    readonly doneP50OfBare: number;
    /** How much slower than usual the slowest of a hundred answers are, at 70 %. */
    readonly answerP99OverP50: number;
  };
  readonly cost: {
    readonly product: OrderCost & { readonly writeTransactions: number; readonly walBytes: number };
    readonly bare: OrderCost;
  };
  readonly changes: ChangeResult;
  readonly reads: readonly ReadResult[];
  readonly memoryMib: Readonly<Record<string, number>>;
}
