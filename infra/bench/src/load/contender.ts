/** The times of one order, in milliseconds. */
export interface Sample {
  /** The time until the caller has the answer. */
  readonly answerMs: number;
  /** The time until the order is confirmed, or the contender's equivalent. */
  readonly doneMs: number;
}

/** A system under measurement that takes orders. */
export interface Contender {
  /** Creates the stock and payments of the next round, outside of the measurement. */
  prepare(orders: number): Promise<void>;
  /**
   * Handles one order.
   *
   * @param startedAt due time in the clock of `Date.now()`, so that the delay of a late caller counts too
   */
  place(startedAt: number): Promise<Sample>;
}

/** Milliseconds since the epoch, with fractions. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}
