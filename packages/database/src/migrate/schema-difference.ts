import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { migrationsDir, readMigrations } from './migrate-database.js';
import { withSchemaEngine } from './schema-engine.js';

/** The tables as Prisma sees them. */
export const schemaFile = fileURLToPath(new URL('../../../../prisma/schema.prisma', import.meta.url));

/**
 * The SQL that is missing in the migrations to make them what the schema says; empty where nothing is. It comes from
 * Prisma's own engine, which replays the migrations in a database of its own and knows nothing of checks, triggers
 * and whatever else the schema cannot say.
 *
 * @param serverUrl any database of a server on which this user may make databases
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
