import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { migrationsDir, readMigrations } from './migrate-database.js';
import { withSchemaEngine } from './schema-engine.js';

/** Prisma's schema of the tables. */
export const schemaFile = fileURLToPath(new URL('../../../../prisma/schema.prisma', import.meta.url));

/**
 * The SQL from the migrations to the schema; empty if both agree. Prisma's own engine replays the migrations in a shadow
 * database. The engine ignores checks, triggers and other SQL that the schema cannot express.
 *
 * @param serverUrl any database of a server on which the user may create databases
 */
export async function schemaDifference(
  serverUrl: string,
  { schema = schemaFile, migrations = migrationsDir } = {},
): Promise<string> {
  const from = await readMigrations(migrations);
  const content = await readFile(schema, 'utf8');
  const { stdout } = await withSchemaEngine(serverUrl, (engine) =>
    engine.diff({
      from: { tag: 'migrations', ...from },
      to: { tag: 'schemaDatamodel', files: [{ path: path.basename(schema), content }] },
      script: true,
      exitCode: null,
      filters: { externalTables: [], externalEnums: [] },
    }),
  );
  const script = (stdout ?? '').trim();
  return script === '-- This is an empty migration.' ? '' : script;
}
