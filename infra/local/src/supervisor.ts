import type { ServiceProcess } from './service-process.js';

const firstDelayMs = 1_000;
const longestDelayMs = 30_000;
/** A process that lived this long was healthy: the next crash is a new one. */
const healthyAfterMs = 60_000;

interface Crashing {
  readonly start: () => Promise<void>;
  readonly onCrash: (listener: (how: string) => void) => void;
}

/** Starts again whatever ends without having been told to, says so, and waits longer each time. */
export function createSupervisor(say: (line: string) => void) {
  let stopping = false;
  const timers = new Set<NodeJS.Timeout>();

  const supervise = (name: string, { start, onCrash }: Crashing): void => {
    let delayMs = firstDelayMs;
    let startedAt = Date.now();
    const restart = (how: string): void => {
      if (stopping) return;
      if (Date.now() - startedAt > healthyAfterMs) delayMs = firstDelayMs;
      say(`${name} has ended (${how}); starting it again in ${delayMs / 1_000} s`);
      const timer = setTimeout(() => {
        timers.delete(timer);
        startedAt = Date.now();
        start().then(
          () => say(`${name} is running again`),
          // A process that ends while it starts reports its end itself; anything else is tried again.
          (error: unknown) => restart(error instanceof Error ? error.message : String(error)),
        );
      }, delayMs);
      timers.add(timer);
      delayMs = Math.min(delayMs * 2, longestDelayMs);
    };
    onCrash(restart);
  };

  return {
    supervise,
    superviseService(service: ServiceProcess): void {
      supervise(service.name, {
        start: () => {
          service.launch();
          return Promise.resolve();
        },
        onCrash: (listener) =>
          service.onExit((code, signal) => listener(signal ?? `status ${code ?? 'unknown'}`)),
      });
    },
    /** From now on nothing is started again. */
    stop(): void {
      stopping = true;
      for (const timer of timers) clearTimeout(timer);
    },
  };
}
export type Supervisor = ReturnType<typeof createSupervisor>;
