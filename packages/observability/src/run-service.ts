import type { Logger } from 'pino';

/** Closes something that a service has opened. */
export type Closer = () => Promise<unknown>;

/** What has to be closed, and how long that may take: a few seconds where nothing is said. */
export type OnClose = (name: string, closer: Closer, options?: { readonly withinMs?: number }) => void;

const defaultShutdownTimeoutMs = 30_000;
const defaultCloseMs = 5_000;

/**
 * Runs a service until it is told to stop. What it opens it hands to `onClose`; on SIGTERM or SIGINT all of that is
 * closed in reverse order, within `shutdownTimeoutMs`, and further signals change nothing. What cannot be closed in its
 * time, such as connections to a database that is away, ends with the process. A start that fails, or a
 * promise that nobody waits for and that fails, is logged and ends the process with status 1, so that whoever runs
 * it starts a new one. A log that cannot be written keeps it from none of that.
 */
export function runService(
  log: Logger,
  start: (onClose: OnClose) => Promise<void>,
  { shutdownTimeoutMs = defaultShutdownTimeoutMs } = {},
): void {
  const closers: { name: string; closer: Closer; withinMs: number }[] = [];
  let stopping = false;

  const stop = async (exitCode: number): Promise<void> => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => {
      log.error({ shutdownTimeoutMs }, 'the shutdown took too long');
      process.exit(1);
    }, shutdownTimeoutMs).unref();
    // One at a time, and asked for anew each time: a start that is still under way may add some.
    for (let next = closers.pop(); next; next = closers.pop()) {
      const { name, closer, withinMs } = next;
      await Promise.race([Promise.resolve().then(closer), overtime(withinMs)]).catch((error: unknown) =>
        log.error({ err: error, name }, 'could not be closed'),
      );
    }
    log.info('stopped');
    log.flush(() => process.exit(exitCode));
  };
  const fail = (error: unknown): void => {
    log.fatal({ err: error }, 'the service failed');
    void stop(1);
  };
  const stopOn = (signal: NodeJS.Signals): void => {
    process.on(signal, () => {
      log.info({ signal }, stopping ? 'already stopping' : 'stopping');
      void stop(0);
    });
  };

  // What Node.js and others say there is lost, where nobody takes it.
  process.stderr.on('error', () => undefined);
  stopOn('SIGTERM');
  stopOn('SIGINT');
  process.on('unhandledRejection', fail);
  process.on('uncaughtException', fail);
  const onClose: OnClose = (name, closer, { withinMs = defaultCloseMs } = {}) =>
    void closers.push({ name, closer, withinMs });
  start(onClose).catch(fail);
}

async function overtime(ms: number): Promise<never> {
  await new Promise((resolve) => setTimeout(resolve, ms));
  throw new Error(`it takes longer than ${ms} ms`);
}
