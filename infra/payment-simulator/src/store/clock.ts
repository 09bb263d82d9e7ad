import { Collection, type StoredRecord } from './collection.js';
import type { Store } from './store.js';

interface ClockRecord extends StoredRecord {
  readonly offsetMs: number;
}

/** The difference between the simulator's time and real time. It is stored, so that an expiry is final. */
export const clockCollection = (): Collection<ClockRecord> => new Collection<ClockRecord>('clock');

const onlyId = 'offset';

/** The simulator's time: real time plus all advances by the control API. */
export class Clock {
  constructor(
    private readonly collection: Collection<ClockRecord>,
    private readonly store: Store,
    private readonly realNowMs: () => number = Date.now,
  ) {}

  nowMs(): number {
    return this.realNowMs() + (this.collection.get(onlyId)?.offsetMs ?? 0);
  }

  /** Unix time in seconds, as Stripe writes it. */
  nowSeconds(): number {
    return Math.floor(this.nowMs() / 1_000);
  }

  advance(byMs: number): void {
    const offsetMs = (this.collection.get(onlyId)?.offsetMs ?? 0) + byMs;
    this.store.commit([this.collection.put({ id: onlyId, offsetMs })]);
  }
}
