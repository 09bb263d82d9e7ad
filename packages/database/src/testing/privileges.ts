import type pg from 'pg';

/** Of a table or of one of its columns. */
export const privileges = [
  ...['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER', 'MAINTAIN'],
] as const;

const ofThisDatabase = "!~ '^(pg_|information_schema$)'";

/** The privileges of a role on each table, in the order above; by grants to it, to its roles and to everybody. */
export async function tablePrivileges(
  client: pg.Client,
  role: string,
): Promise<Readonly<Record<string, readonly string[]>>> {
  const { rows } = await client.query<{ name: string; held: string[] }>(
    `SELECT pg_class.oid::regclass::text AS name,
       ARRAY(SELECT wanted FROM unnest($2::text[]) WITH ORDINALITY AS list (wanted, place)
         WHERE has_table_privilege($1, pg_class.oid, wanted) ORDER BY place) AS held
     FROM pg_class WHERE relkind = ANY ('{r,p,v,m,f}') AND relnamespace::regnamespace::text ${ofThisDatabase}`,
    [role, privileges],
  );
  return Object.fromEntries(rows.map(({ name, held }) => [name, held]));
}

/** The grants on single columns to any role: `role privilege table.column`. */
export async function columnPrivileges(client: pg.Client): Promise<readonly string[]> {
  const { rows } = await client.query<{ held: string }>(
    `SELECT concat_ws(' ', grantee::regrole, privilege_type, attrelid::regclass || '.' || attname) AS held
     FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid, aclexplode(attacl)
     WHERE relnamespace::regnamespace::text ${ofThisDatabase} ORDER BY attrelid::regclass::text, attnum, 1`,
  );
  return rows.map(({ held }) => held);
}

/** The functions of this database that a role may call. */
export async function callableFunctions(client: pg.Client, role: string): Promise<readonly string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT proname AS name FROM pg_proc
     WHERE pronamespace::regnamespace::text ${ofThisDatabase} AND has_function_privilege($1, oid, 'EXECUTE') ORDER BY 1`,
    [role],
  );
  return rows.map(({ name }) => name);
}

/** The other privileges of a role: to create things, to use sequences, and to grant its privileges. */
export async function furtherPrivileges(client: pg.Client, role: string): Promise<readonly string[]> {
  const { rows } = await client.query<{ held: string }>(
    `SELECT 'CREATE in ' || nspname AS held FROM pg_namespace WHERE has_schema_privilege($1, oid, 'CREATE')
     UNION ALL SELECT wanted || ' in the database' FROM unnest('{CREATE,TEMPORARY}'::text[]) AS wanted
       WHERE has_database_privilege($1, current_database(), wanted)
     UNION ALL SELECT 'CREATE in tablespace ' || spcname FROM pg_tablespace WHERE has_tablespace_privilege($1, oid, 'CREATE')
     UNION ALL SELECT wanted || ' of ' || oid::regclass FROM pg_class, unnest('{USAGE,SELECT,UPDATE}'::text[]) AS wanted
       WHERE relkind = 'S' AND has_sequence_privilege($1, oid, wanted)
     UNION ALL SELECT privilege_type || ' to be handed on of ' || oid::regclass FROM pg_class, aclexplode(relacl)
       WHERE grantee = $1::regrole AND is_grantable`,
    [role],
  );
  return rows.map(({ held }) => held);
}

/** The objects that a role owns anywhere on the server, and its memberships in other roles. */
export async function holdings(
  client: pg.Client,
  role: string,
): Promise<{ readonly owned: number; readonly roles: readonly string[] }> {
  const owned = await client.query(
    "SELECT FROM pg_shdepend WHERE refclassid = 'pg_authid'::regclass AND refobjid = $1::regrole AND deptype = 'o'",
    [role],
  );
  const roles = await client.query<{ name: string }>(
    'SELECT roleid::regrole::text AS name FROM pg_auth_members WHERE member = $1::regrole',
    [role],
  );
  return { owned: owned.rowCount ?? 0, roles: roles.rows.map(({ name }) => name) };
}

/** The tables that a trigger keeps from being changed. */
export async function appendOnlyTables(client: pg.Client): Promise<readonly string[]> {
  const { rows } = await client.query<{ name: string }>(
    "SELECT tgrelid::regclass::text AS name FROM pg_trigger WHERE tgfoid = 'refuse_rewriting_history'::regproc ORDER BY 1",
  );
  return rows.map(({ name }) => name);
}

/** A column of a table that may be written. */
export async function writableColumn(client: pg.Client, table: string): Promise<string> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT quote_ident(attname) AS name FROM pg_attribute
     WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped AND attidentity = '' AND attgenerated = ''
     ORDER BY attnum LIMIT 1`,
    [table],
  );
  const [column] = rows;
  if (!column) throw new Error(`${table} has no column that may be written`);
  return column.name;
}
