import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import pg from 'pg';

/** The database roles of the product's processes. `prisma/roles.sql` documents their purposes. */
export const databaseRoles = { owner: 'oms_owner', worker: 'oms_worker', gateway: 'oms_gateway' } as const;
export type DatabaseUser = keyof typeof databaseRoles;

const rolesFile = fileURLToPath(new URL('../../../../prisma/roles.sql', import.meta.url));

/**
 * Runs `prisma/roles.sql` in a database: creates missing roles, and grants privileges that only an administrator can grant.
 *
 * @param administratorUrl URL with a user that may create roles
 * @throws Error if an existing role has too many privileges
 */
export async function makeRoles(administratorUrl: string): Promise<void> {
  const script = await readFile(rolesFile, 'utf8');
  await connected(administratorUrl, (client) => client.query(script));
}

/** The URLs of a database for each of its users. */
export type DatabaseUrls = Readonly<Record<DatabaseUser | 'administrator', string>>;

/** Locked in the database of `serverUrl`, which all callers share. */
const advisoryLockKey = 6_513_240_118;

/**
 * Creates a database and its roles on a server without passwords, such as the embedded one. The roles may log in. An existing
 * database keeps its content.
 *
 * @param serverUrl URL of another database of the server, with an administrator
 */
export async function makeDatabase(serverUrl: string, name: string): Promise<DatabaseUrls> {
  const administrator = urlFor(serverUrl, { pathname: `/${name}` });
  await connected(serverUrl, async (server) => {
    // Roles belong to the server, and PostgreSQL refuses concurrent changes of a role.
    await server.query('SELECT pg_advisory_lock($1)', [advisoryLockKey]);
    const { rowCount } = await server.query('SELECT FROM pg_database WHERE datname = $1', [name]);
    if (rowCount === 0) await server.query(`CREATE DATABASE ${server.escapeIdentifier(name)}`);
    await makeRoles(administrator);
    for (const role of Object.values(databaseRoles)) await server.query(`ALTER ROLE ${role} LOGIN`);
  });
  return {
    administrator,
    owner: urlFor(administrator, { username: databaseRoles.owner }),
    worker: urlFor(administrator, { username: databaseRoles.worker }),
    gateway: urlFor(administrator, { username: databaseRoles.gateway }),
  };
}

function urlFor(url: string, parts: Partial<Pick<URL, 'pathname' | 'username'>>): string {
  return Object.assign(new URL(url), parts).href;
}

async function connected(
  connectionString: string,
  work: (client: pg.Client) => Promise<unknown>,
): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
