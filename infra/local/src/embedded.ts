import { readFileSync } from 'node:fs';

import { loadConfig, temporalConfig, temporalConnectionOptions } from '@oms/config';
import { makeDatabase, type DatabaseUrls, type DatabaseUser } from '@oms/database/migrate';
import { Connection } from '@temporalio/client';
import pg from 'pg';

import { ensureNamespace } from './ensure-namespace.js';
import type { LocalConfig } from './local-config.js';
import type { LocalPaths } from './local-paths.js';
import { builtinLocale } from './postgres-data.js';
import { startPostgres, type PostgresServer } from './postgres.js';
import type { Supervisor } from './supervisor.js';
import { findTemporalBinary } from './temporal-binary.js';
import { startTemporal } from './temporal.js';

/** The dependencies of a stack's parts. */
export interface StackContext {
  readonly config: LocalConfig;
  readonly paths: LocalPaths;
  readonly supervisor: Supervisor;
  readonly say: (line: string) => void;
}

const databaseName = 'oms';

/** The URLs of the stack's database for the migrations and for the services. */
export type RoleUrls = Pick<DatabaseUrls, DatabaseUser>;

export interface ProvidedDatabase {
  readonly urls: RoleUrls;
  /** Runs work of the start. After a crash of the database the work runs again. */
  readonly throughCrashes: <Result>(work: () => Promise<Result>) => Promise<Result>;
}

/** Provides the stack's database: the one of the environment, or an embedded one. */
export async function provideDatabase(context: StackContext): Promise<ProvidedDatabase> {
  const { config, paths, say, supervisor } = context;
  if (config.DATABASE_URL) {
    return {
      urls: await existingDatabase(config.DATABASE_URL, context),
      throughCrashes: (work) => work(),
    };
  }
  say(`PostgreSQL: starting the embedded server on port ${config.POSTGRES_PORT}`);
  const server = await supervisor.startFirst('PostgreSQL', () =>
    startPostgres({
      dataDir: paths.postgres,
      port: config.POSTGRES_PORT,
      logFile: paths.log('postgres'),
    }),
  );
  supervisor.supervise('PostgreSQL', server);
  const throughCrashes = repeatAfterCrashes(server);
  const urls = await throughCrashes(async () => {
    await assertKnowsLetters(server.url('postgres'), paths);
    return makeDatabase(server.url('postgres'), databaseName);
  });
  return { urls, throughCrashes };
}

const recoveryMs = 60_000;
const askAgainMs = 500;

function repeatAfterCrashes({
  onCrash,
}: Pick<PostgresServer, 'onCrash'>): ProvidedDatabase['throughCrashes'] {
  let crashedAt = -Infinity;
  onCrash(() => {
    crashedAt = performance.now();
  });
  return async (work) => {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        // The connection breaks shortly before the crash of the server is reported.
        await new Promise((resolve) => setTimeout(resolve, askAgainMs));
        if (performance.now() - crashedAt > recoveryMs) throw error;
      }
    }
  };
}

/** Checks the locale of the data folder, which never changes. */
async function assertKnowsLetters(serverUrl: string, { dataDir }: LocalPaths): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ locale: string | null }>(
      "SELECT datlocale AS locale FROM pg_database WHERE datname = 'template1' AND datlocprovider = 'b'",
    );
    if (rows[0]?.locale === builtinLocale) return;
  } finally {
    await client.end();
  }
  throw new Error(
    `the database in ${dataDir} is of an earlier version of this code, without letter case beyond ASCII: delete the folder to start with empty data`,
  );
}

async function existingDatabase(owner: string, { config, say }: StackContext): Promise<RoleUrls> {
  say('PostgreSQL: using DATABASE_URL; no embedded server is started');
  const { DATABASE_WORKER_URL: worker = owner, DATABASE_GATEWAY_URL: gateway = owner } = config;
  if (config.DATABASE_WORKER_URL === undefined) {
    say(
      'PostgreSQL: all services connect as the user of DATABASE_URL; DATABASE_WORKER_URL and DATABASE_GATEWAY_URL set others',
    );
  }
  await assertDatabaseAnswers('DATABASE_URL', owner);
  await assertDatabaseAnswers('DATABASE_WORKER_URL', worker);
  await assertDatabaseAnswers('DATABASE_GATEWAY_URL', gateway);
  return { owner, worker, gateway };
}

async function assertDatabaseAnswers(variable: string, connectionString: string): Promise<void> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    throw new Error(`the database of ${variable} cannot be used: ${messageOf(error)}`, {
      cause: error,
    });
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** The message of an error. A connection that is refused on all addresses of a host has only a code. */
function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join(', ');
  return error instanceof Error ? error.message : String(error);
}

export interface ProvidedTemporal {
  readonly env: Readonly<Record<string, string>>;
  readonly address: string;
  readonly namespace: string;
  readonly uiUrl?: string;
}

/** Provides the stack's Temporal: the one of the environment, or a development server. */
export async function provideTemporal(context: StackContext): Promise<ProvidedTemporal> {
  const { config, paths, say, supervisor } = context;
  const namespace = config.TEMPORAL_NAMESPACE;
  if (config.TEMPORAL_ADDRESS) return existingTemporal(config.TEMPORAL_ADDRESS, context);
  const binary = await findTemporalBinary((line) => say(`Temporal: ${line}`));
  say(`Temporal: starting ${binary} on port ${config.TEMPORAL_PORT}`);
  const server = await supervisor.startFirst('Temporal', () =>
    startTemporal({
      binary,
      port: config.TEMPORAL_PORT,
      uiPort: config.TEMPORAL_UI_PORT,
      dbFile: paths.temporalDb,
      logFile: paths.log('temporal'),
      namespaces: [namespace],
    }),
  );
  supervisor.supervise('Temporal', server);
  return {
    env: { TEMPORAL_ADDRESS: server.address, TEMPORAL_NAMESPACE: namespace },
    address: server.address,
    namespace,
    ...(server.uiUrl === undefined ? {} : { uiUrl: server.uiUrl }),
  };
}

async function existingTemporal(address: string, { config, say }: StackContext): Promise<ProvidedTemporal> {
  const namespace = config.TEMPORAL_NAMESPACE;
  say(`Temporal: using ${address}, namespace ${namespace}; no embedded server is started`);
  const env = temporalEnvironment(config);
  const options = temporalConnectionOptions(loadConfig(temporalConfig, env), (file) => readFileSync(file));
  const connection = await Connection.connect({ ...options, connectTimeout: '10s' }).catch(
    (error: unknown) => {
      throw new Error(`Temporal does not answer at ${address}: ${messageOf(error)}`, { cause: error });
    },
  );
  try {
    if ((await ensureNamespace(connection, namespace)) === 'created')
      say(`Temporal: created namespace ${namespace}`);
  } finally {
    await connection.close();
  }
  return {
    env,
    address,
    namespace,
    ...(config.TEMPORAL_UI_URL === undefined ? {} : { uiUrl: config.TEMPORAL_UI_URL }),
  };
}

function temporalEnvironment(config: LocalConfig): Readonly<Record<string, string>> {
  const names = [
    'TEMPORAL_ADDRESS',
    'TEMPORAL_NAMESPACE',
    'TEMPORAL_TLS',
    'TEMPORAL_API_KEY',
    'TEMPORAL_TLS_CERT_PATH',
    'TEMPORAL_TLS_KEY_PATH',
  ] as const;
  return Object.fromEntries(
    names.flatMap((name) => (config[name] === undefined ? [] : [[name, String(config[name])] as const])),
  );
}
