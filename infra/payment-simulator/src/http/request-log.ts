/** A request as the control API shows it. */
export interface LoggedRequest {
  readonly id: string;
  /** ISO 8601, real time. */
  readonly at: string;
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  readonly payment_intent: string | null;
  readonly idempotency_key: string | null;
  /** The way it ended; `pending` until then. */
  outcome: 'pending' | 'answered' | 'reset' | 'gone';
  /** The HTTP status of the answer. */
  status: number | null;
  /** Whether the answer was a replayed stored answer. */
  replayed: boolean;
  /** The id of the fault that was fired on it. */
  fault: string | null;
}

export interface RequestFilter {
  readonly operation?: string | undefined;
  readonly payment_intent?: string | undefined;
  readonly idempotency_key?: string | undefined;
}

/** The latest requests, in memory only: for inspection, not for accounting. */
export class RequestLog {
  readonly #entries: LoggedRequest[] = [];

  constructor(private readonly capacity: number) {}

  add(entry: LoggedRequest): LoggedRequest {
    this.#entries.push(entry);
    // Drops many entries at once, so that adding one stays cheap.
    if (this.#entries.length >= this.capacity * 2)
      this.#entries.splice(0, this.#entries.length - this.capacity);
    return entry;
  }

  /** The latest matching requests, at most `limit`, oldest first. */
  find(filter: RequestFilter, limit: number): readonly LoggedRequest[] {
    return this.#entries
      .slice(-this.capacity)
      .filter(
        (entry) =>
          (filter.operation === undefined || filter.operation === entry.operation) &&
          (filter.payment_intent === undefined || filter.payment_intent === entry.payment_intent) &&
          (filter.idempotency_key === undefined || filter.idempotency_key === entry.idempotency_key),
      )
      .slice(-limit);
  }
}
