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

/** A connection that may be down: it is made when it is first used, and remade by itself whenever it broke. */
export interface TemporalConnection extends Temporal {
  /** Rejects when Temporal does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Calls that Temporal certainly or probably did not take, also for want of room, are repeated until their deadline.
 * Each has one; the pauses are short, since a pause outlasts a deadline that passes meanwhile.
 */
const retry: GrpcRetryOptions = {
  delayFunction: (attempt) => Math.min(50 * 2 ** (attempt - 1), 250) * (0.8 + Math.random() * 0.4),
  retryableDecider: (attempt, status) => attempt <= 30 && isRetryableError(status),
};
const pingTimeoutMs = 2_500;
const searchAttributesTimeoutMs = 5_000;
const searchAttributesRetryMs = 5_000;

/** Makes the connection without connecting. */
export function createTemporalConnection(options: {
  readonly connection: ConnectionOptions;
  readonly namespace: string;
  /** Of the installation's names. */
  readonly prefix?: string;
  readonly log: Logger;
}): TemporalConnection {
  const { namespace, log } = options;
  const connection = Connection.lazy({
    ...options.connection,
    interceptors: [makeGrpcRetryInterceptor(retry)],
    // A server that comes back is found within two seconds; gRPC's own limit is two minutes.
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
 * Registers the search attributes as soon as Temporal answers, trying again until it has. Orders that are started
 * before that, in a namespace that has never seen one, are refused by Temporal and retried by their clients.
 *
 * @returns stops trying
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
