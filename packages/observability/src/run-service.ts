import type { Logger } from 'pino';

/** Closes something that a service has opened. */
export type Closer = () => Promise<unknown>;

const shutdownTimeoutMs = 30_000;

/**
 * Runs a service until it is told to stop. What it opens it hands to `onClose`; on SIGTERM or SIGINT all of that is
 * closed in reverse order, within {@link shutdownTimeoutMs}. A start that fails, or a promise that nobody waits for
 * and that fails, is logged and ends the process with status 1, so that whoever runs it starts a new one.
 */
export function runService(
  log: Logger,
  start: (onClose: (name: string, closer: Closer) => void) => Promise<void>,
): void {
  const closers: { name: string; closer: Closer }[] = [];
  let stopping = false;

  const stop = async (exitCode: number): Promise<void> => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => {
      log.error({ shutdownTimeoutMs }, 'the shutdown took too long');
      process.exit(1);
    }, shutdownTimeoutMs).unref();
    for (const { name, closer } of closers.reverse()) {
      await closer().catch((error: unknown) => log.error({ err: error, name }, 'could not be closed'));
    }
    log.info('stopped');
    process.exit(exitCode);
  };
  const fail = (error: unknown): void => {
    log.fatal({ err: error }, 'the service failed');
    void stop(1);
  };

  process.once('SIGTERM', () => void stop(0));
  process.once('SIGINT', () => void stop(0));
  process.on('unhandledRejection', fail);
  process.on('uncaughtException', fail);
  start((name, closer) => closers.push({ name, closer })).catch(fail);
}
