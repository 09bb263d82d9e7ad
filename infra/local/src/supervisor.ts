import { EndedEarlyError } from './child.js';
import type { ServiceProcess } from './service-process.js';

const healthyAfterMs = 60_000;
/** The number of failed first starts after which a part is given up. Its log has the reason. */
const maxFirstStarts = 3;

export interface Supervised {
  /** Resolves when the part runs again; rejects if it does not run. */
  readonly start: () => Promise<void>;
  /** The listener is called when the part crashes. */
  readonly onCrash: (listener: (how: string) => void) => void;
}

export interface RestartDelays {
  readonly firstMs: number;
  readonly longestMs: number;
}

/** Restarts crashed parts with growing delays, and reports each restart. */
export class Supervisor {
  private stopping = false;
  private readonly timers = new Set<NodeJS.Timeout>();

  constructor(
    private readonly say: (line: string) => void,
    private readonly delays: RestartDelays = { firstMs: 1_000, longestMs: 30_000 },
  ) {}

  /**
   * Starts a part for the first time, and tries again if it dies before it is ready.
   *
   * @throws the error of `start` at the part's third death, or at once for any other error
   */
  async startFirst<Started>(name: string, start: () => Promise<Started>): Promise<Started> {
    const { firstMs: delayMs } = this.delays;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await start();
      } catch (error) {
        if (this.stopping || attempt === maxFirstStarts || !(error instanceof EndedEarlyError)) throw error;
        this.say(
          `${name} did not start (${describeFault(error)}); starting it again in ${delayMs / 1_000} s`,
        );
        await new Promise((resolve) => setTimeout(resolve, delayMs));
      }
    }
  }

  supervise(name: string, { start, onCrash }: Supervised): void {
    let delayMs = this.delays.firstMs;
    let startedAt = Date.now();
    let isStarting = false;
    let endedWhileStarting: string | undefined;
    const startAgain = async (): Promise<void> => {
      isStarting = true;
      endedWhileStarting = undefined;
      startedAt = Date.now();
      const fault = await start().then(() => undefined, describeFault);
      isStarting = false;
      if (fault !== undefined) return restart('did not start', fault);
      if (!this.stopping) this.say(`${name} is running again`);
      if (endedWhileStarting !== undefined) restart('has ended', endedWhileStarting);
    };
    const restart = (what: string, how: string): void => {
      if (this.stopping) return;
      // The process was healthy for this long, so the delays begin again.
      if (Date.now() - startedAt > healthyAfterMs) delayMs = this.delays.firstMs;
      this.say(`${name} ${what} (${how}); starting it again in ${delayMs / 1_000} s`);
      this.after(delayMs, startAgain);
      delayMs = Math.min(delayMs * 2, this.delays.longestMs);
    };
    onCrash((how) => {
      // A crash during the start fails the start, or is handled after it.
      if (isStarting) endedWhileStarting = how;
      else restart('has ended', how);
    });
  }

  superviseService(service: ServiceProcess): void {
    this.supervise(service.name, {
      start: async () => {
        service.launch();
        // No limit, because dependencies may take long to recover.
        await service.untilReady(Infinity);
      },
      onCrash: (listener) => service.onExit(listener),
    });
  }

  /** Ends all restarts. */
  stop(): void {
    this.stopping = true;
    for (const timer of this.timers) clearTimeout(timer);
  }

  private after(delayMs: number, work: () => Promise<void>): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      void work();
    }, delayMs);
    this.timers.add(timer);
  }
}

/** The first line of an error. The rest is in the log of the process. */
function describeFault(error: unknown): string {
  const text = error instanceof Error ? error.message : JSON.stringify(error);
  return text.split('\n', 1)[0] ?? text;
}
