import { eventually } from '@oms/stack';
import pg from 'pg';

/** Transactions that wait inside of COMMIT, where they no longer need their client. */
export interface HeldCommits {
  /** Resolves when a transaction waits there. */
  untilOneStands(): Promise<void>;
  /** Releases the waiting transactions and all later ones. */
  letGo(): Promise<void>;
}

/** Only these commits lock this key. */
const lockKey = 7_077_707;

/**
 * Holds each transaction that inserts into the table inside of COMMIT until it is released, at the latest at the end of
 * the work.
 *
 * @param when an SQL condition on `NEW` that chooses rows
 */
export async function holdCommits<Result>(
  databaseUrl: string,
  { table, when = 'true' }: { readonly table: string; readonly when?: string },
  work: (commits: HeldCommits) => Promise<Result>,
): Promise<Result> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(`SELECT pg_advisory_lock(${lockKey})`);
    await client.query(`
      CREATE FUNCTION stand_still() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN PERFORM pg_advisory_xact_lock(${lockKey}); RETURN NULL; END $$;
      CREATE CONSTRAINT TRIGGER stand_still AFTER INSERT ON ${table} DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW WHEN (${when}) EXECUTE FUNCTION stand_still()`);
    const letGo = async (): Promise<void> => void (await client.query('SELECT pg_advisory_unlock_all()'));
    try {
      return await work({
        letGo,
        untilOneStands: () =>
          eventually(`a transaction standing in its commit of ${table}`, async () => {
            const { rowCount } = await client.query(
              `SELECT FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database
               WHERE datname = current_database() AND locktype = 'advisory' AND objid = ${lockKey} AND NOT granted`,
            );
            return rowCount ? true : undefined;
          }).then(() => undefined),
      });
    } finally {
      await letGo();
      await client.query('DROP FUNCTION stand_still() CASCADE');
    }
  } finally {
    await client.end();
  }
}
