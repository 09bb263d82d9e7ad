import { databaseConfig, loadConfig } from '@oms/config';

import { migrateDatabase } from './migrate-database.js';

/** Brings the database at DATABASE_URL up to date, and says what that took. */
const { DATABASE_URL } = loadConfig(databaseConfig, process.env);
const applied = await migrateDatabase(DATABASE_URL);
process.stdout.write(
  applied.length === 0 ? 'the database is up to date\n' : `applied: ${applied.join(', ')}\n`,
);
// The engine leaves a timer behind, which would keep the process for another ten seconds.
process.exit(0);
