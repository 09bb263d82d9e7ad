import { databaseConfig, loadConfig } from '@oms/config';

import { databaseRoles, makeRoles } from '../database-roles.js';

/** Creates the roles for the database at DATABASE_URL, whose user must be an administrator. */
try {
  const { DATABASE_URL } = loadConfig(databaseConfig, process.env);
  await makeRoles(DATABASE_URL);
  process.stdout.write(`the database has the roles ${Object.values(databaseRoles).join(', ')}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
