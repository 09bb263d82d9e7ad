import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import type { MigrationList } from '@prisma/schema-engine-wasm';

import { withSchemaEngine } from './schema-engine.js';

/** The migrations of this repository. */
export const migrationsDir = fileURLToPath(new URL('../../../../prisma/migrations', import.meta.url));

const filters = { externalTables: [], externalEnums: [] };

/**
 * Brings a database up to date by Prisma's own engine, which keeps its usual `_prisma_migrations` table, so that
 * `prisma migrate` can go on with the same database. Safe to call from several processes at once: the engine takes
 * Prisma's advisory lock.
 *
 * @returns the names of the migrations that were applied by this call
 * @throws Error that names migrations which were changed after they were applied, or which failed half-way
 */
export async function migrateDatabase(connectionString: string): Promise<readonly string[]> {
  const migrationsList = await readMigrations(migrationsDir);
  return withSchemaEngine(connectionString, async (engine) => {
    const history = await engine.diagnoseMigrationHistory({
      migrationsList,
      optInToShadowDatabase: false,
      filters,
    });
    refuse('were changed after they had been applied', history.editedMigrationNames);
    refuse('failed half-way; see `prisma migrate resolve`', history.failedMigrationNames);
    const { appliedMigrationNames } = await engine.applyMigrations({ migrationsList, filters });
    return appliedMigrationNames;
  });
}

function refuse(fault: string, names: readonly string[]): void {
  if (names.length > 0) throw new Error(`these migrations ${fault}: ${names.join(', ')}`);
}

/** Reads a folder of migrations as the engine wants it, in the order of their names. */
export async function readMigrations(baseDir: string): Promise<MigrationList> {
  const entries = await readdir(baseDir, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const migrationDirectories = await Promise.all(
    names.sort().map(async (name) => ({
      path: name,
      migrationFile: {
        path: 'migration.sql',
        content: {
          tag: 'ok' as const,
          value: await readFile(path.join(baseDir, name, 'migration.sql'), 'utf8'),
        },
      },
    })),
  );
  const lockfile = await readFile(path.join(baseDir, 'migration_lock.toml'), 'utf8');
  return {
    baseDir,
    lockfile: { path: 'migration_lock.toml', content: lockfile },
    shadowDbInitScript: '',
    migrationDirectories,
  };
}
