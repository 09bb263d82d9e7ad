/** The 50th and 99th percentile in milliseconds. Medians of all rounds. */
export interface Latency {
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export type ContenderName = 'product' | 'bare' | 'sql';

/** Figures at a fixed number of concurrent orders. */
export interface SaturationResult {
  readonly ordersPerSecond: number;
  /** The figure of each round, in sequence. */
  readonly roundsPerSecond: readonly number[];
  readonly answer: Latency;
  readonly done: Latency;
  /** Processor time of each process for one order. Absent on systems without that figure. */
  readonly cpuMsPerOrder?: Readonly<Record<string, number>>;
}

/** Figures at a fixed rate of arrivals, independent of earlier orders. */
export interface LoadResult {
  readonly arrivalsPerSecond: number;
  readonly answer: Latency;
  readonly done: Latency;
}

/** The size and the tasks of one undisturbed order's history. */
export interface OrderCost {
  readonly historyEvents: number;
  readonly historyBytes: number;
  readonly workflowTasks: number;
  readonly activityTasks: number;
  readonly localActivities: number;
}

export const changeKinds = ['ship', 'deliver', 'close'] as const;
export type ChangeKind = (typeof changeKinds)[number];

/** Latency of changes of orders, one at a time. */
export interface ChangeResult {
  readonly product: Readonly<Record<ChangeKind, Latency>>;
  /** An Update that runs one remote activity. */
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
    /** Load average of one minute at the start: the other load on the machine. */
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
    /** Ratio of the 99th to the 50th percentile of answers at 70 %. */
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
