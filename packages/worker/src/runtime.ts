import type { Logger } from '@oms/observability';
import { DefaultLogger, Runtime, type LogLevel } from '@temporalio/worker';

const levels: Record<LogLevel, 'trace' | 'debug' | 'info' | 'warn' | 'error'> = {
  TRACE: 'trace',
  DEBUG: 'debug',
  INFO: 'info',
  WARN: 'warn',
  ERROR: 'error',
};

/** Sends what the Temporal SDK logs to the service's own log. Once per process, before anything connects. */
export function installRuntime(log: Logger): void {
  Runtime.install({
    logger: new DefaultLogger('INFO', ({ level, message, meta }) => log[levels[level]](meta ?? {}, message)),
    // A signal means an orderly stop here, which the service does itself.
    shutdownSignals: [],
  });
}
