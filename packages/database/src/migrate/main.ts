import { databaseConfig, loadConfig } from '@oms/config';

import { migrateDatabase } from './migrate-database.js';

/** Migrates the database at DATABASE_URL, and prints the applied migrations. */
const { DATABASE_URL } = loadConfig(databaseConfig, process.env);
const applied = await migrateDatabase(DATABASE_URL);
process.stdout.write(
  applied.length === 0 ? 'the database is up to date\n' : `applied: ${applied.join(', ')}\n`,
);
// A timer of the engine would keep the process running for another ten seconds.
process.exit(0);
