import type { ServiceProcess } from './service-process.js';

const healthyAfterMs = 60_000;

export interface Supervised {
  /** Resolves when it runs again; rejects only when it does not run. */
  readonly start: () => Promise<void>;
  /** Called when it has ended without having been told to. */
  readonly onCrash: (listener: (how: string) => void) => void;
}

export interface RestartDelays {
  readonly firstMs: number;
  readonly longestMs: number;
}

/** Starts again whatever ends without having been told to, says so, and waits longer each time. */
export class Supervisor {
  private stopping = false;
  private readonly timers = new Set<NodeJS.Timeout>();

  constructor(
    private readonly say: (line: string) => void,
    private readonly delays: RestartDelays = { firstMs: 1_000, longestMs: 30_000 },
  ) {}

  supervise(name: string, { start, onCrash }: Supervised): void {
    let delayMs = this.delays.firstMs;
    let startedAt = Date.now();
    let isStarting = false;
    const restart = (how: string): void => {
      // One that ends while it starts makes its start fail, which is what counts then.
      if (this.stopping || isStarting) return;
      // A process that lived this long was healthy: this crash is a new one.
      if (Date.now() - startedAt > healthyAfterMs) delayMs = this.delays.firstMs;
      this.say(`${name} has ended (${how}); starting it again in ${delayMs / 1_000} s`);
      this.after(delayMs, async () => {
        isStarting = true;
        startedAt = Date.now();
        const fault = await start().then(() => undefined, describeFault);
        isStarting = false;
        if (fault !== undefined) restart(fault);
        else if (!this.stopping) this.say(`${name} is running again`);
      });
      delayMs = Math.min(delayMs * 2, this.delays.longestMs);
    };
    onCrash(restart);
  }

  superviseService(service: ServiceProcess): void {
    this.supervise(service.name, {
      start: async () => {
        service.launch();
        // However long it takes what it needs to come back: it runs meanwhile.
        await service.untilReady(Infinity);
      },
      onCrash: (listener) => service.onExit(listener),
    });
  }

  /** From now on nothing is started again. */
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

function describeFault(error: unknown): string {
  return error instanceof Error ? error.message : JSON.stringify(error);
}
