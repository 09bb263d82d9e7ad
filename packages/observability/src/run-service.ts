import type { Logger } from 'pino';

/** Closes a resource of a service. */
export type Closer = () => Promise<unknown>;

/** Registers a resource to close. `withinMs` limits the time to close it, 5 s by default. */
export type OnClose = (name: string, closer: Closer, options?: { readonly withinMs?: number }) => void;

const defaultShutdownTimeoutMs = 30_000;
const defaultCloseMs = 5_000;

/**
 * Runs a service until SIGTERM or SIGINT. Then all resources that were passed to `onClose` are closed in reverse order, within
 * `shutdownTimeoutMs`. Further signals are no-ops. A resource that exceeds its limit, such as connections to an unavailable
 * database, ends with the process. A failed start or an unhandled rejection is logged and ends the process with status 1. A
 * supervisor is expected to restart the process. A log that cannot be written prevents none of this.
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
    // One at a time, because a start that is still under way may add closers.
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

  // Without a reader, output to stderr is lost. The error must not end the process.
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
