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
    logger: new DefaultLogger('INFO', ({ level, message, meta }) => {
      // Task tokens are of no use to people; an error is only written out under the name that pino expects.
      const { error, taskToken: _, ...rest } = meta ?? {};
      log[levels[level]](error === undefined ? rest : { ...rest, err: error }, message);
    }),
    // A signal means an orderly stop here, which the service does itself.
    shutdownSignals: [],
  });
}
