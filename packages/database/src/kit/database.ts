import { PrismaPg } from '@prisma/adapter-pg';

import { PrismaClient } from '../generated/client.js';
import { QueueingClient } from './queueing-client.js';

export interface DatabaseConfig {
  /** A PostgreSQL URL. Contains a password; never log it. */
  readonly connectionString: string;
  /** The most connections that this process opens. */
  readonly poolSize?: number;
  /** Called when an idle connection breaks, such as when PostgreSQL restarts. The pool replaces it by itself. */
  readonly onConnectionLost?: (error: Error) => void;
}

/** A pool of connections. Queries fail within seconds while the database is away; callers decide whether to retry. */
export interface Database {
  readonly prisma: PrismaClient;
  /** Rejects when the database does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

const connectTimeoutMs = 3_000;
const statementTimeoutMs = 15_000;

/** Makes the pool without connecting, so that a service can start while the database is away. */
export function createDatabase(config: DatabaseConfig): Database {
  const onLost = config.onConnectionLost ?? (() => undefined);
  const adapter = new PrismaPg(
    {
      connectionString: config.connectionString,
      max: config.poolSize ?? 10,
      connectionTimeoutMillis: connectTimeoutMs,
      statement_timeout: statementTimeoutMs,
      // Without this, a connection whose peer vanished silently would hang until TCP gives up.
      query_timeout: statementTimeoutMs + 5_000,
      idle_in_transaction_session_timeout: statementTimeoutMs,
      keepAlive: true,
      application_name: 'oms',
      Client: QueueingClient,
    },
    { onPoolError: onLost, onConnectionError: onLost },
  );
  const prisma = new PrismaClient({ adapter });
  return {
    prisma,
    async ping() {
      await prisma.$queryRaw`SELECT 1`;
    },
    close: () => prisma.$disconnect(),
  };
}
