import { spawn, type ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { eventually, HopelessError, waitForExit } from './processes.js';

/** The services of this repository, each a folder of `services/`. */
export type ServiceName =
  'gateway' | 'order-worker' | 'payment-worker' | 'inventory-worker' | 'payment-simulator';

const servicesDir = fileURLToPath(new URL('../../../services', import.meta.url));

export interface ServiceOptions {
  readonly name: ServiceName;
  /** The whole environment of the service, beside PATH. */
  readonly env: Readonly<Record<string, string>>;
  /** Answers 2xx when the service is ready. */
  readonly readyUrl: string;
  readonly logFile: string;
}

/** One process of a service, which can be stopped, killed, frozen and started again. */
export interface ServiceProcess {
  readonly name: ServiceName;
  pid(): number | undefined;
  isRunning(): boolean;
  /** Starts the process and resolves when it is ready. */
  start(): Promise<void>;
  /** Starts the process without waiting for it. */
  launch(): void;
  untilReady(): Promise<void>;
  /** Sends a signal; `SIGTERM` for an orderly stop, `SIGKILL` for a crash. Resolves when the process has ended. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Sends a signal that does not end it, such as `SIGSTOP`. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void;
  /** Called whenever the process has ended. */
  onExit(listener: (code: number | null, signal: string | null) => void): void;
}

export function createServiceProcess(options: ServiceOptions): ServiceProcess {
  let child: ChildProcess | undefined;
  const listeners: ((code: number | null, signal: string | null) => void)[] = [];
  const isRunning = (): boolean => child?.exitCode === null && child.signalCode === null;

  const launch = (): void => {
    const started = spawn(process.execPath, [path.join(servicesDir, options.name, 'dist', 'main.js')], {
      env: { PATH: process.env['PATH'], ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A group of its own: Ctrl-C reaches the stack, which stops its parts in order.
      detached: true,
    });
    const log = createWriteStream(options.logFile, { flags: 'a' });
    started.stdout.pipe(log, { end: false });
    started.stderr.pipe(log, { end: false });
    started.once('exit', (code, signal) => {
      log.end();
      for (const listener of listeners) listener(code, signal);
    });
    child = started;
  };

  const untilReady = async (): Promise<void> => {
    await eventually(`${options.name} being ready`, async () => {
      if (!isRunning())
        throw new HopelessError(`${options.name} ended while it started; see ${options.logFile}`);
      const response = await fetch(options.readyUrl, { signal: AbortSignal.timeout(5_000) });
      if (!response.ok) throw new Error(await response.text());
      return true;
    });
  };

  return {
    name: options.name,
    pid: () => child?.pid,
    isRunning,
    launch,
    untilReady,
    async start() {
      await mkdir(path.dirname(options.logFile), { recursive: true });
      launch();
      await untilReady();
    },
    async stop(signal = 'SIGTERM') {
      if (!child || !isRunning()) return;
      child.kill(signal);
      await waitForExit(child);
    },
    signal(signal) {
      child?.kill(signal);
    },
    onExit: (listener) => void listeners.push(listener),
  };
}
