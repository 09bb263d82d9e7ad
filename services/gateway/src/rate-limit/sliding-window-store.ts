import type { RateLimitState, RateLimitStore } from './rate-limit-store.js';

export interface SlidingWindowOptions {
  /** The number of requests of one client that pass in any interval of {@link SlidingWindowOptions.windowMs}. */
  readonly max: number;
  readonly windowMs: number;
  /**
   * The most clients to remember. Beyond them, the one that was silent longest is forgotten and starts anew. Memory
   * is bounded by this number times `max` numbers.
   */
  readonly maxClients?: number;
}

const defaultMaxClients = 50_000;

/** Keeps the times of passed requests for each client, in the memory of this process. */
export class SlidingWindowStore implements RateLimitStore {
  /** Sorted by the time of each client's last passed request: the first client is the next to forget. */
  private readonly passedAtMs = new Map<string, number[]>();
  private readonly maxClients: number;

  constructor(private readonly options: SlidingWindowOptions) {
    this.maxClients = options.maxClients ?? defaultMaxClients;
  }

  /** The number of clients that are remembered now. */
  get clients(): number {
    return this.passedAtMs.size;
  }

  hit(client: string, nowMs: number): Promise<RateLimitState> {
    this.forgetSilentClients(nowMs);
    const passed = this.inWindow(client, nowMs);
    const allowed = passed.length < this.options.max;
    if (allowed) {
      passed.push(nowMs);
      this.passedAtMs.delete(client);
      this.passedAtMs.set(client, passed);
      this.forgetOverflow();
    }
    return Promise.resolve(this.stateOf(passed, allowed, nowMs));
  }

  peek(client: string, nowMs: number): Promise<RateLimitState> {
    const passed = this.inWindow(client, nowMs);
    return Promise.resolve(this.stateOf(passed, passed.length < this.options.max, nowMs));
  }

  /** The client's requests that still count. A request leaves the window after exactly the window's length. */
  private inWindow(client: string, nowMs: number): number[] {
    const passed = this.passedAtMs.get(client);
    if (!passed) return [];
    const first = passed.findIndex((atMs) => atMs > nowMs - this.options.windowMs);
    if (first !== 0) passed.splice(0, first === -1 ? passed.length : first);
    return passed;
  }

  private stateOf(passed: readonly number[], allowed: boolean, nowMs: number): RateLimitState {
    const { max, windowMs } = this.options;
    const [oldestMs = nowMs] = passed;
    return {
      allowed,
      limit: max,
      remaining: max - passed.length,
      retryAfterMs: passed.length < max ? 0 : oldestMs + windowMs - nowMs,
    };
  }

  /** Checks only the first two clients: each call forgets at least as many clients as one call can add. */
  private forgetSilentClients(nowMs: number): void {
    for (let looked = 0; looked < 2; looked += 1) {
      const [first] = this.passedAtMs;
      if (!first) return;
      const [client, passed] = first;
      const newestMs = passed.at(-1);
      if (newestMs !== undefined && newestMs > nowMs - this.options.windowMs) return;
      this.passedAtMs.delete(client);
    }
  }

  private forgetOverflow(): void {
    while (this.passedAtMs.size > this.maxClients) {
      const [first] = this.passedAtMs.keys();
      if (first === undefined) return;
      this.passedAtMs.delete(first);
    }
  }
}
