import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import pg from 'pg';

/** The roles of the product's processes in the database; `prisma/roles.sql` says what each of them is for. */
export const databaseRoles = { owner: 'oms_owner', worker: 'oms_worker', gateway: 'oms_gateway' } as const;
export type DatabaseUser = keyof typeof databaseRoles;

const rolesFile = fileURLToPath(new URL('../../../../prisma/roles.sql', import.meta.url));

/**
 * Runs `prisma/roles.sql` in a database: makes the roles that are missing, and grants them what only an administrator can.
 *
 * @param administratorUrl names a user that may make roles
 * @throws Error when one of the roles is there already and may do more than it should
 */
export async function makeRoles(administratorUrl: string): Promise<void> {
  const script = await readFile(rolesFile, 'utf8');
  await connected(administratorUrl, (client) => client.query(script));
}

/** The URLs of one database, one for each user of it. */
export type DatabaseUrls = Readonly<Record<DatabaseUser | 'administrator', string>>;

/** Taken in the database of `serverUrl`, which is the same one for all that make databases. */
const advisoryLockKey = 6_513_240_118;

/**
 * Makes a database with its roles on a server that asks for no passwords, such as the embedded one. The roles may log in.
 * A database that exists keeps what it has.
 *
 * @param serverUrl names another database of the server, and an administrator
 */
export async function makeDatabase(serverUrl: string, name: string): Promise<DatabaseUrls> {
  const administrator = urlFor(serverUrl, { pathname: `/${name}` });
  await connected(serverUrl, async (server) => {
    // Roles belong to the server, and PostgreSQL refuses two concurrent changes of the same one.
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
