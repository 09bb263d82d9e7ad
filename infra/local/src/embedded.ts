import pg from 'pg';

import { localPaths } from './local-paths.js';
import type { LocalConfig } from './local-config.js';
import { startPostgres } from './postgres.js';
import type { Supervisor } from './supervisor.js';
import { findTemporalBinary } from './temporal-binary.js';
import { startTemporal } from './temporal.js';

export type Say = (line: string) => void;
export type OnClose = (name: string, close: () => Promise<void>) => void;

const databaseName = 'oms';

/** The database of the stack: the one that the environment names, or an embedded one. */
export async function provideDatabase(
  config: LocalConfig,
  say: Say,
  supervisor: Supervisor,
  onClose: OnClose,
): Promise<string> {
  if (config.DATABASE_URL) {
    say('PostgreSQL: the one that DATABASE_URL names');
    return config.DATABASE_URL;
  }
  say(`PostgreSQL: starting the embedded one on port ${config.POSTGRES_PORT}`);
  const server = await startPostgres({ dataDir: localPaths.postgres, port: config.POSTGRES_PORT });
  onClose('PostgreSQL', () => server.stop());
  supervisor.supervise('PostgreSQL', server);
  const admin = new pg.Client({ connectionString: server.url('postgres') });
  await admin.connect();
  try {
    const { rowCount } = await admin.query('SELECT FROM pg_database WHERE datname = $1', [databaseName]);
    if (rowCount === 0) await admin.query(`CREATE DATABASE ${databaseName}`);
  } finally {
    await admin.end();
  }
  return server.url(databaseName);
}

export interface ProvidedTemporal {
  readonly env: Readonly<Record<string, string>>;
  readonly address: string;
  readonly namespace: string;
  readonly uiUrl?: string;
}

/** The Temporal of the stack: the one that the environment names, or a development server. */
export async function provideTemporal(
  config: LocalConfig,
  say: Say,
  supervisor: Supervisor,
  onClose: OnClose,
): Promise<ProvidedTemporal> {
  const namespace = config.TEMPORAL_NAMESPACE;
  if (config.TEMPORAL_ADDRESS) {
    say(`Temporal: the one at ${config.TEMPORAL_ADDRESS}, namespace ${namespace}`);
    return {
      env: temporalEnvironment(config),
      address: config.TEMPORAL_ADDRESS,
      namespace,
      ...(config.TEMPORAL_UI_URL === undefined ? {} : { uiUrl: config.TEMPORAL_UI_URL }),
    };
  }
  const binary = await findTemporalBinary((line) => say(`Temporal: ${line}`));
  say(`Temporal: starting ${binary} on port ${config.TEMPORAL_PORT}`);
  const server = await startTemporal({
    binary,
    port: config.TEMPORAL_PORT,
    uiPort: config.TEMPORAL_UI_PORT,
    dbFile: localPaths.temporalDb,
    logFile: localPaths.log('temporal'),
  });
  onClose('Temporal', () => server.stop());
  supervisor.supervise('Temporal', server);
  return {
    env: { TEMPORAL_ADDRESS: server.address, TEMPORAL_NAMESPACE: 'default' },
    address: server.address,
    namespace: 'default',
    ...(server.uiUrl === undefined ? {} : { uiUrl: server.uiUrl }),
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
    names.flatMap((name) => (config[name] === undefined ? [] : [[name, config[name]] as const])),
  );
}
