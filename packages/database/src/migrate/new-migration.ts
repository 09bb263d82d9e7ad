import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { migrationsDir, readMigrations } from './migrate-database.js';
import { schemaDifference, schemaFile } from './schema-difference.js';

export interface NewMigration {
  /** What it does, in a few words of letters, digits and underscores. */
  readonly name: string;
  /** When it is made, which is its place behind the others. */
  readonly now: Date;
  /** Also where the schema asks for nothing: for checks, triggers and whatever the schema cannot say. */
  readonly isEmptyAllowed?: boolean;
  /** Default: the schema and the migrations of this repository. */
  readonly schema?: string;
  readonly migrations?: string;
}

/**
 * Writes the migration that makes the database what the schema says, from Prisma's own engine. It is applied to
 * nothing yet: read it, and add what the schema cannot say.
 *
 * @param serverUrl any database of a server on which this user may make databases; none of them is changed
 * @returns the new file
 * @throws Error when there is nothing to migrate or the name is wrong; nothing is written then
 */
export async function writeMigration(serverUrl: string, migration: NewMigration): Promise<string> {
  const { name, now, schema = schemaFile, migrations = migrationsDir } = migration;
  if (!/^[a-z0-9]+(_[a-z0-9]+)*$/.test(name)) {
    throw new Error(`"${name}" is no name for a migration: use a-z, 0-9 and _, such as add_invoices`);
  }
  const { migrationDirectories } = await readMigrations(migrations);
  const folder = `${placeBehind(migrationDirectories.at(-1)?.path, now)}_${name}`;
  const difference = await schemaDifference(serverUrl, { schema, migrations });
  if (difference === '' && !migration.isEmptyAllowed) {
    throw new Error(
      'the migrations already make what the schema says; --empty makes a migration all the same',
    );
  }
  const file = path.join(migrations, folder, 'migration.sql');
  await mkdir(path.dirname(file));
  await writeFile(file, difference === '' ? '-- What this migration is for.\n' : `${difference}\n`, {
    flag: 'wx',
  });
  return file;
}

/** Migrations are applied in the order of their names: a clock that is behind must not put one before another. */
function placeBehind(last: string | undefined, now: Date): string {
  const time = now.toISOString().replace(/\D/g, '').slice(0, 14);
  const lastTime = last?.slice(0, 14);
  return lastTime === undefined || time > lastTime ? time : String(Number(lastTime) + 1);
}
