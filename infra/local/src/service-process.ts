import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { startChild, StopRank, untilReady, type Child } from './child.js';

/** The services of the stack: the product's, each a folder of `services/`, and the payment simulator. */
export type ServiceName =
  | 'gateway'
  | 'order-worker'
  | 'payment-worker'
  | 'inventory-worker'
  | 'integration-worker'
  | 'payment-simulator';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** The file that Node.js runs as a service: all of it in one bundle. */
export const mainFileOf = (name: ServiceName): string =>
  path.join(root, name === 'payment-simulator' ? 'infra' : 'services', name, 'dist/bundle/main.js');

const stopRanks = {
  gateway: StopRank.Edge,
  'order-worker': StopRank.Worker,
  'payment-worker': StopRank.Worker,
  'inventory-worker': StopRank.Worker,
  'integration-worker': StopRank.Worker,
  'payment-simulator': StopRank.Provider,
} as const satisfies Record<ServiceName, StopRank>;

/** Variables that a service inherits from this process: programs, certificates, proxies and the time zone. */
const inherited = [
  ...['PATH', 'HOME', 'TMPDIR', 'TZ', 'LANG', 'NODE_OPTIONS', 'LD_PRELOAD', 'FAKETIME'],
  ...['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'SSL_CERT_DIR'],
  ...['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'],
] as const;

export interface ServiceOptions {
  readonly name: ServiceName;
  /** The environment of the service, read at each start. The machine's variables are added to it. */
  readonly env: () => Readonly<Record<string, string>>;
  /** The URL that answers 2xx when the service is ready. */
  readonly readyUrl: string;
  readonly logFile: string;
  /** The file of the process id, for scripts that signal the service. */
  readonly pidFile?: string;
}

/** One process of a service, which can be stopped, killed, paused and started again. */
export interface ServiceProcess {
  readonly name: ServiceName;
  pid(): number | undefined;
  isRunning(): boolean;
  /** Starts the process and resolves when it is ready. */
  start(): Promise<void>;
  /** Starts the process without waiting for it. */
  launch(): void;
  /** Resolves when the process is ready; rejects at once, with the end of its log, when it has ended. */
  untilReady(timeoutMs?: number): Promise<void>;
  /** Sends a signal; `SIGTERM` for an orderly stop, `SIGKILL` for a crash. Resolves when the process has ended. */
  stop(signal?: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Pauses or continues the process. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void;
  /** The listener is called at each end of the process, with its status or signal. */
  onExit(listener: (how: string) => void): void;
}

export function createServiceProcess(options: ServiceOptions): ServiceProcess {
  let child: Child | undefined;
  const listeners: ((how: string) => void)[] = [];
  const isRunning = (): boolean => child !== undefined && child.end() === undefined;

  const launch = (): void => {
    child = startChild({
      name: options.name,
      command: process.execPath,
      args: [mainFileOf(options.name)],
      env: { ...ofTheMachine(), ...options.env() },
      logFile: options.logFile,
      rank: stopRanks[options.name],
      stopSignal: 'SIGTERM',
    });
    if (options.pidFile !== undefined) {
      mkdirSync(path.dirname(options.pidFile), { recursive: true });
      writeFileSync(options.pidFile, `${child.pid}\n`);
    }
    void child.ended.then((how) => listeners.forEach((listener) => listener(how)));
  };

  const ready = async (timeoutMs?: number): Promise<void> => {
    if (!child) throw new Error(`${options.name} has not been started`);
    await untilReady(
      child,
      async () => {
        const response = await fetch(options.readyUrl, { signal: AbortSignal.timeout(5_000) });
        if (!response.ok) throw new Error(await response.text());
      },
      timeoutMs === undefined ? {} : { timeoutMs },
    );
  };

  return {
    name: options.name,
    pid: () => child?.pid,
    isRunning,
    launch,
    untilReady: ready,
    async start() {
      launch();
      await ready();
    },
    async stop(signal = 'SIGTERM') {
      if (isRunning()) await child?.stop(signal);
    },
    signal: (signal) => child?.kill(signal),
    onExit: (listener) => void listeners.push(listener),
  };
}

function ofTheMachine(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    inherited.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
}
