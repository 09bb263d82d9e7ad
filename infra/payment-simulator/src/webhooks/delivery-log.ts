/** One attempt to deliver an event, as the control API shows it. */
export interface DeliveryAttempt {
  readonly event: string;
  readonly type: string;
  readonly payment_intent: string;
  /** ISO 8601, real time. */
  readonly at: string;
  /** 1 for the first attempt; 0 for an event that is dropped or given up. */
  readonly attempt: number;
  readonly outcome: 'delivered' | 'failed' | 'dropped' | 'given_up';
  /** The HTTP status of the endpoint's answer; null without an answer. */
  readonly status: number | null;
  readonly error: string | null;
}

/** The latest attempts, in memory only. */
export class DeliveryLog {
  readonly #attempts: DeliveryAttempt[] = [];

  constructor(private readonly capacity: number) {}

  add(attempt: DeliveryAttempt): void {
    this.#attempts.push(attempt);
    if (this.#attempts.length >= this.capacity * 2) {
      this.#attempts.splice(0, this.#attempts.length - this.capacity);
    }
  }

  /** Oldest first. */
  list(): readonly DeliveryAttempt[] {
    return this.#attempts.slice(-this.capacity);
  }
}
