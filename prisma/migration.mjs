// `npm run migration add_invoices`: writes the migration from what prisma/schema.prisma says and the migrations do not yet
// make of a database. It works on a server of its own, or on that of DATABASE_URL, which has the roles of roles.sql, and
// changes no database there.
// `--empty` writes one where the schema asks for none: for checks, triggers and whatever the schema cannot say.
import { mkdtemp, chmod, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { prepare } from '../infra/local/bootstrap.mjs';

/** An embedded server for as long as the work takes. */
async function withServer(work) {
  const { freePort, startPostgres } = await import('../infra/local/dist/index.js');
  const { makeRoles } = await import('../packages/database/dist/migrate/index.js');
  const folder = await mkdtemp(path.join(os.tmpdir(), 'oms-migration-'));
  await chmod(folder, 0o755); // As root, the server runs as another user.
  try {
    const dataDir = path.join(folder, 'postgres');
    const server = await startPostgres({ dataDir, port: await freePort(), durable: false });
    try {
      await makeRoles(server.url('postgres'));
      return await work(server.url('postgres'));
    } finally {
      await server.stop('immediate');
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function main() {
  const { values, positionals } = parseArgs({
    options: { empty: { type: 'boolean', default: false } },
    allowPositionals: true,
  });
  const [name, ...rest] = positionals;
  if (name === undefined || rest.length > 0) throw new Error('usage: npm run migration -- <name> [--empty]');
  await prepare();
  const { writeMigration } = await import('../packages/database/dist/migrate/index.js');
  const write = (serverUrl) =>
    writeMigration(serverUrl, { name, now: new Date(), isEmptyAllowed: values.empty });
  const url = process.env.DATABASE_URL;
  const file = await (url ? write(url) : withServer(write));
  process.stdout.write(`${path.relative(process.cwd(), file)}\n`);
}

// The engine leaves a timer behind, which would keep the process for another ten seconds.
await main().then(
  () => process.exit(0),
  (error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  },
);
