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
  /** Told of each migration before it is applied. */
  readonly log?: (line: string) => void;
}

/** Of this program's own, beside the one that Prisma takes for each of its commands. */
const advisoryLockKey = 6_513_240_117;

/**
 * Brings a database up to date by Prisma's own engine, which keeps its usual `_prisma_migrations` table, so that
 * `prisma migrate` can go on with the same database. Safe to call from several processes at once: the others wait
 * for the first, and then have nothing to do. A migration that fails leaves nothing behind but its entry in that
 * table, and keeps later calls from going on.
 *
 * The migrations run as `oms_owner`, whoever connects, so that all tables have one owner.
 *
 * @param connectionString names that role, or a user that may become it
 * @returns the names of the migrations that were applied by this call
 * @throws Error that names migrations which were changed after they were applied, or which failed; or that says why the
 * user cannot become the owning role
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
 * Prisma's lock guards each of its commands, not what lies between them: without this one, a process that looks at
 * the history while another applies it takes a migration under way for one that failed.
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
    // The lock goes with its session.
    await client.end();
  }
}

/** A URL whose sessions all begin as the owning role. The engine opens a new session after each error. */
function asOwner(connectionString: string): string {
  const url = new URL(connectionString);
  const options = [url.searchParams.get('options'), `-c role=${databaseRoles.owner}`];
  url.searchParams.set('options', options.filter((option) => option !== null).join(' '));
  return url.href;
}

/** PostgreSQL's codes for a role that does not exist, and for one that this user may not become. */
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
