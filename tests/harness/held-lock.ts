import { eventually } from '@oms/stack';
import pg from 'pg';

/** A held lock in the database. Transactions that need it wait. */
export interface HeldLock {
  /**
   * Resolves when a transaction waits for this lock.
   *
   * @param besides a regular expression of statements to ignore
   */
  untilSomebodyWaits(options?: { readonly besides?: string }): Promise<void>;
  letGo(): Promise<void>;
}

/** Locks rows, so that a transaction that needs them waits at exactly that statement. */
export function holdLock(databaseUrl: string, select: string, values: unknown[]): Promise<HeldLock> {
  return hold(databaseUrl, `${select} FOR UPDATE`, values);
}

/** Locks tables against writes. Reads continue. */
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
        // Within a transaction, the server repeats its first snapshot of the activity.
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
