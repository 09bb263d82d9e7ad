import pg from 'pg';

/**
 * Holds a lock in the database, so that whoever needs the row stands still at exactly that point of its work.
 *
 * @returns a function that lets go
 */
export async function holdLock(
  databaseUrl: string,
  select: string,
  values: unknown[],
): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query('BEGIN');
  await client.query(`${select} FOR UPDATE`, values);
  return async () => {
    await client.query('ROLLBACK');
    await client.end();
  };
}

/**
 * Holds whole tables, so that they can be read and nothing is written to them.
 *
 * @returns a function that lets go
 */
export async function holdTables(
  databaseUrl: string,
  tables: readonly string[],
): Promise<() => Promise<void>> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query('BEGIN');
  await client.query(`LOCK TABLE ${tables.join(', ')} IN EXCLUSIVE MODE`);
  return async () => {
    await client.query('ROLLBACK');
    await client.end();
  };
}

/** Whether somebody waits for a lock in this database. */
export async function isSomebodyWaiting(databaseUrl: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rowCount } = await client.query(
      "SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
    );
    return (rowCount ?? 0) > 0;
  } finally {
    await client.end();
  }
}
