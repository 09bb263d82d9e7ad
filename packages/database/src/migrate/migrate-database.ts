import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import type { MigrationList } from '@prisma/schema-engine-wasm';
import pg from 'pg';

import { databaseRoles } from './database-roles.js';
import { withSchemaEngine } from './schema-engine.js';

/** The migrations of this repository. */
export const migrationsDir = fileURLToPath(new URL('../../../../prisma/migrations', import.meta.url));

const filters = { externalTables: [], externalEnums: [] };

export interface MigrationOptions {
  /** Default: the migrations of this repository. */
  readonly migrationsDir?: string;
  /** Receives a line before migrations are applied. */
  readonly log?: (line: string) => void;
}

/** A lock of this program, in addition to the lock that Prisma takes for each command. */
const advisoryLockKey = 6_513_240_117;

/**
 * Migrates a database with Prisma's own engine. The engine keeps its usual table `_prisma_migrations`, so that
 * `prisma migrate` can continue with the same database. Safe for several processes at once: the others wait for the first,
 * and then have nothing to do. A failed migration is rolled back except for its entry in that table, and blocks later calls.
 *
 * The migrations run as `oms_owner` for every user, so that all tables have one owner.
 *
 * @param connectionString URL with that role, or with a user that may become that role
 * @returns the names of the migrations that this call applied
 * @throws Error that names edited or failed migrations, or explains why the user cannot become the owning role
 */
export async function migrateDatabase(
  connectionString: string,
  options: MigrationOptions = {},
): Promise<readonly string[]> {
  const migrationsList = await readMigrations(options.migrationsDir ?? migrationsDir);
  const ownerUrl = asOwner(connectionString);
  return alone(ownerUrl, () =>
    withSchemaEngine(ownerUrl, async (engine) => {
      const history = await engine.diagnoseMigrationHistory({
        migrationsList,
        optInToShadowDatabase: false,
        filters,
      });
      refuse('were changed after they had been applied', history.editedMigrationNames);
      refuse('failed half-way; see `prisma migrate resolve`', history.failedMigrationNames);
      if (history.history?.diagnostic === 'databaseIsBehind') {
        options.log?.(`applying ${history.history.unappliedMigrationNames.join(', ')}`);
      }
      const { appliedMigrationNames } = await engine.applyMigrations({ migrationsList, filters });
      return appliedMigrationNames;
    }),
  );
}

/**
 * Runs `work` under a lock. Prisma's own lock covers single commands only. Without this lock, a process that reads the history
 * would report a migration under way in another process as failed.
 */
async function alone<Result>(connectionString: string, work: () => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString });
  await client.connect().catch((error: unknown) => {
    throw explainedRefusal(error);
  });
  try {
    await client.query('SELECT pg_advisory_lock($1)', [advisoryLockKey]);
    return await work();
  } finally {
    // The end of the session releases the lock.
    await client.end();
  }
}

/** A URL whose sessions all start as the owning role. The engine opens a new session after each error. */
function asOwner(connectionString: string): string {
  const url = new URL(connectionString);
  const options = [url.searchParams.get('options'), `-c role=${databaseRoles.owner}`];
  url.searchParams.set('options', options.filter((option) => option !== null).join(' '));
  return url.href;
}

/** PostgreSQL's codes for a missing role, and for a role that the user may not become. */
const cannotBecome: readonly (string | undefined)[] = ['22023', '42501'];

function explainedRefusal(error: unknown): unknown {
  if (!(error instanceof pg.DatabaseError) || !cannotBecome.includes(error.code)) return error;
  return new Error(
    `migrations run as ${databaseRoles.owner}, which this user cannot become: ${error.message}; where the roles are missing, an administrator makes them by \`npm run roles\``,
    { cause: error },
  );
}

function refuse(fault: string, names: readonly string[]): void {
  if (names.length > 0) throw new Error(`these migrations ${fault}: ${names.join(', ')}`);
}

/** Reads a folder of migrations in the engine's format, sorted by name. */
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
