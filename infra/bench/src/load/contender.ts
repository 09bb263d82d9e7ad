/** One order as a contender has handled it. Times in milliseconds. */
export interface Sample {
  /** Until the caller had its answer. */
  readonly answerMs: number;
  /** Until the order was confirmed, or what stands for it. */
  readonly doneMs: number;
}

/** Something that takes orders and is measured at it. */
export interface Contender {
  /** Makes what the next round consumes, so that making it is not measured. */
  prepare(orders: number): Promise<void>;
  /**
   * Handles one order.
   *
   * @param startedAt when it was due, by the clock of `Date.now()`: a caller that was late itself hides nothing
   */
  place(startedAt: number): Promise<Sample>;
}

/** Milliseconds since the epoch, with fractions. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}
