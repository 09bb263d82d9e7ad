import { eventually } from '@oms/stack';
import pg from 'pg';

/** A lock in the database that whoever needs what it is on stands still at. */
export interface HeldLock {
  /**
   * Resolves when somebody stands at this lock, and not at any other.
   *
   * @param besides a regular expression of the statements of those that are not meant
   */
  untilSomebodyWaits(options?: { readonly besides?: string }): Promise<void>;
  letGo(): Promise<void>;
}

/** Holds a lock on rows, so that whoever needs them stands still at exactly that point of its work. */
export function holdLock(databaseUrl: string, select: string, values: unknown[]): Promise<HeldLock> {
  return hold(databaseUrl, `${select} FOR UPDATE`, values);
}

/** Holds whole tables, so that they can be read and nothing is written to them. */
export function holdTables(databaseUrl: string, tables: readonly string[]): Promise<HeldLock> {
  return hold(databaseUrl, `LOCK TABLE ${tables.join(', ')} IN EXCLUSIVE MODE`, []);
}

async function hold(databaseUrl: string, statement: string, values: unknown[]): Promise<HeldLock> {
  const holder = new pg.Client({ connectionString: databaseUrl });
  await holder.connect();
  await holder.query('BEGIN');
  await holder.query(statement, values);
  return {
    async untilSomebodyWaits({ besides } = {}) {
      await eventually('somebody standing at the lock', async () => {
        // Within a transaction the server goes on showing those who were there when it was first asked.
        await holder.query('SELECT pg_stat_clear_snapshot()');
        const { rowCount } = await holder.query(
          `SELECT FROM pg_stat_activity
           WHERE pg_backend_pid() = ANY (pg_blocking_pids(pid)) AND ($1::text IS NULL OR query !~ $1)`,
          [besides ?? null],
        );
        return rowCount ? true : undefined;
      });
    },
    async letGo() {
      await holder.query('ROLLBACK');
      await holder.end();
    },
  };
}
