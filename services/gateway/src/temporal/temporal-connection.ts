import { namingUnder } from '@oms/contracts/temporal';
import type { Logger } from '@oms/observability';
import { ensureSearchAttributes, type Temporal } from '@oms/temporal';
import {
  Client,
  Connection,
  isRetryableError,
  makeGrpcRetryInterceptor,
  type ConnectionOptions,
  type GrpcRetryOptions,
} from '@temporalio/client';

/** A connection to Temporal. It is made at its first use, and made again by itself whenever it breaks. */
export interface TemporalConnection extends Temporal {
  /** Rejects when Temporal does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/**
 * The retry policy of calls that Temporal probably did not process, rate-limited ones included. Each call has a
 * deadline. The pauses are short, because a call whose deadline passes during a pause ends only after the pause.
 */
const retry: GrpcRetryOptions = {
  delayFunction: (attempt) => Math.min(50 * 2 ** (attempt - 1), 250) * (0.8 + Math.random() * 0.4),
  retryableDecider: (attempt, status) => attempt <= 30 && isRetryableError(status),
};
const pingTimeoutMs = 2_500;
const searchAttributesTimeoutMs = 5_000;
const searchAttributesRetryMs = 5_000;

/** Makes the connection object without connecting. */
export function createTemporalConnection(options: {
  readonly connection: ConnectionOptions;
  readonly namespace: string;
  /** The prefix of the installation's names. */
  readonly prefix?: string;
  readonly log: Logger;
}): TemporalConnection {
  const { namespace, log } = options;
  const connection = Connection.lazy({
    ...options.connection,
    interceptors: [makeGrpcRetryInterceptor(retry)],
    // A server that comes back is found within two seconds. gRPC's default is two minutes.
    channelArgs: { 'grpc.initial_reconnect_backoff_ms': 200, 'grpc.max_reconnect_backoff_ms': 2_000 },
  });
  const client = new Client({ connection, namespace, identity: `gateway@${process.pid}` });
  const stopRegistering = registerSearchAttributes(connection, namespace, log);
  return {
    client,
    named: namingUnder(options.prefix),
    async ping() {
      await connection.withDeadline(Date.now() + pingTimeoutMs, () => connection.healthService.check({}));
    },
    close() {
      stopRegistering();
      return connection.close();
    },
  };
}

/**
 * Registers the search attributes as soon as Temporal answers, and retries until it succeeds. Before that, in a new
 * namespace, Temporal refuses to start orders, and their clients retry.
 *
 * @returns a function that stops the retries
 */
function registerSearchAttributes(connection: Connection, namespace: string, log: Logger): () => void {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const attempt = async (): Promise<void> => {
    try {
      const added = await connection.withDeadline(Date.now() + searchAttributesTimeoutMs, () =>
        ensureSearchAttributes(connection, namespace),
      );
      if (added.length > 0) log.info({ added }, 'search attributes were registered');
    } catch (error) {
      if (stopped) return;
      log.warn({ err: error, namespace }, 'search attributes could not be looked at; trying again');
      timer = setTimeout(() => void attempt(), searchAttributesRetryMs);
    }
  };
  void attempt();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
