import type { Logger } from '@oms/observability';
import { DefaultLogger, Runtime, type LogLevel } from '@temporalio/worker';

const levels: Record<LogLevel, 'trace' | 'debug' | 'info' | 'warn' | 'error'> = {
  TRACE: 'trace',
  DEBUG: 'debug',
  INFO: 'info',
  WARN: 'warn',
  ERROR: 'error',
};

/** Sends the Temporal SDK's log to the service's own. Call once per process, before any connection. */
export function installRuntime(log: Logger): void {
  Runtime.install({
    logger: new DefaultLogger('INFO', ({ level, message, meta }) => {
      // Task tokens are useless to people. Pino serialises an error only under the key `err`.
      const { error, taskToken: _, ...rest } = meta ?? {};
      log[levels[level]](error === undefined ? rest : { ...rest, err: error }, message);
    }),
    // The SDK's native part would write lines of its own to the console, in a format that log collectors cannot read.
    telemetryOptions: { logging: { forward: {}, filter: { core: 'WARN', other: 'WARN' } } },
    // The service itself handles signals, with an orderly stop.
    shutdownSignals: [],
  });
}
