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
  /** How it ended; `pending` while it has not. */
  outcome: 'pending' | 'answered' | 'reset' | 'gone';
  /** The HTTP status that was answered. */
  status: number | null;
  /** Whether the answer was a stored one. */
  replayed: boolean;
  /** The fault that befell it. */
  fault: string | null;
}

export interface RequestFilter {
  readonly operation?: string | undefined;
  readonly payment_intent?: string | undefined;
  readonly idempotency_key?: string | undefined;
}

/** The latest requests. Kept in memory only: it is for looking at, not for accounting. */
export class RequestLog {
  readonly #entries: LoggedRequest[] = [];

  constructor(private readonly capacity: number) {}

  add(entry: LoggedRequest): LoggedRequest {
    this.#entries.push(entry);
    // Dropping many at once keeps adding cheap.
    if (this.#entries.length >= this.capacity * 2)
      this.#entries.splice(0, this.#entries.length - this.capacity);
    return entry;
  }

  /** Oldest first; at most `limit` of the latest. */
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
