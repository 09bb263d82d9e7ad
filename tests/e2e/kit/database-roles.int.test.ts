import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { createDatabase } from '@oms/database';
import { makeRoles, migrateDatabase } from '@oms/database/migrate';
import { usePostgres } from '@oms/testing/vitest';
import pg from 'pg';
import { afterEach, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const makeRolesMain = fileURLToPath(
  new URL('../../../packages/database/dist/migrate/roles/main.js', import.meta.url),
);

describe('the database roles of a server', () => {
  const postgres = usePostgres();
  const administrator = () => postgres.url('postgres');

  async function ask(sql: string): Promise<readonly unknown[]> {
    const client = new pg.Client({ connectionString: administrator() });
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows;
    } finally {
      await client.end();
    }
  }

  const urlOf = (user: string) => Object.assign(new URL(administrator()), { username: user }).href;
  const rolesThere = () =>
    ask("SELECT rolname AS name, rolcanlogin AS can_log_in FROM pg_roles WHERE rolname ~ '^oms_' ORDER BY 1");
  const tables = () => ask("SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace");

  afterEach(async () => {
    await ask('DROP SCHEMA public CASCADE');
    await ask('CREATE SCHEMA public');
    const own = ['own_migrations', 'own_worker'];
    for (const role of [...own, 'oms_owner', 'oms_worker', 'oms_gateway', 'own_administrator']) {
      const [there] = await ask(`SELECT FROM pg_roles WHERE rolname = '${role}'`);
      if (there) await ask(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
    }
  });

  it('are checked before the first migration, which changes nothing without them', async () => {
    await expect(migrateDatabase(administrator())).rejects.toThrow(
      /^migrations run as oms_owner, which this user cannot become: role "oms_owner" does not exist; .*`npm run roles`$/,
    );
    expect(await tables()).toEqual([]);
  });

  it('are created by one command, cannot log in, and stay unchanged when it runs again', async () => {
    const env = { PATH: process.env['PATH'], DATABASE_URL: administrator() };
    const { stdout } = await run(process.execPath, [makeRolesMain], { env });
    expect(stdout).toBe('the database has the roles oms_owner, oms_worker, oms_gateway\n');
    const made = ['oms_gateway', 'oms_owner', 'oms_worker'].map((name) => ({ name, can_log_in: false }));
    expect(await rolesThere()).toEqual(made);
    await ask("ALTER ROLE oms_worker LOGIN PASSWORD 'kept'");
    const passwords = () => ask("SELECT rolpassword FROM pg_authid WHERE rolname ~ '^oms_' ORDER BY rolname");
    const before = await passwords();
    await makeRoles(administrator());
    expect(await passwords()).toEqual(before);
    expect(await rolesThere()).toEqual(
      made.map((role) => ({ ...role, can_log_in: role.name === 'oms_worker' })),
    );
  });

  it.each(['SUPERUSER', 'CREATEDB', 'CREATEROLE', 'REPLICATION', 'BYPASSRLS'])(
    'are refused when a role of the same name has %s',
    async (attribute) => {
      await ask(`CREATE ROLE oms_gateway ${attribute}`);
      const env = { PATH: process.env['PATH'], DATABASE_URL: administrator() };
      await expect(run(process.execPath, [makeRolesMain], { env })).rejects.toMatchObject({
        code: 1,
        stderr: expect.stringContaining('the role oms_gateway is there already and may do more') as string,
      });
      expect(await rolesThere()).toEqual([{ name: 'oms_gateway', can_log_in: false }]);
    },
  );

  it('can be created without a superuser, by a user who may create roles and owns the database', async () => {
    await ask('CREATE ROLE own_administrator LOGIN CREATEROLE');
    await ask('CREATE DATABASE managed OWNER own_administrator');
    try {
      const managed = Object.assign(new URL(urlOf('own_administrator')), { pathname: '/managed' });
      await makeRoles(managed.href);
      await ask('ALTER ROLE oms_owner LOGIN');
      managed.username = 'oms_owner';
      expect(await migrateDatabase(managed.href)).not.toEqual([]);
    } finally {
      await ask('DROP DATABASE managed');
    }
  });

  it('can be granted to existing users, who get exactly the role’s privileges', async () => {
    await makeRoles(administrator());
    await ask(
      'CREATE ROLE own_migrations LOGIN IN ROLE oms_owner; CREATE ROLE own_worker LOGIN IN ROLE oms_worker',
    );
    expect(await migrateDatabase(urlOf('own_migrations'))).not.toEqual([]);
    expect(
      await ask(
        "SELECT DISTINCT relowner::regrole::text AS owner FROM pg_class WHERE relnamespace = 'public'::regnamespace",
      ),
    ).toEqual([{ owner: 'oms_owner' }]);
    const { prisma, close } = createDatabase({ connectionString: urlOf('own_worker'), poolSize: 1 });
    try {
      const tenantId = '7c9e6679-7425-40de-944b-e07fc1f90ae7';
      await prisma.tenantSettings.create({ data: { tenantId } });
      await expect(prisma.tenantSettings.deleteMany()).rejects.toThrow('permission denied');
      expect(await prisma.tenantSettings.count()).toBe(1);
    } finally {
      await close();
    }
  });
});
