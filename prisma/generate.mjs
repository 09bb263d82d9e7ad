// Generates the Prisma client. That needs none of Prisma's engines, but its CLI looks for one before it begins and
// would download it: it is given an executable that exists.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const { status } = spawnSync(
  path.join(root, 'node_modules', '.bin', 'prisma'),
  ['generate', '--schema', 'prisma/schema.prisma'],
  {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      PRISMA_SCHEMA_ENGINE_BINARY: process.env.PRISMA_SCHEMA_ENGINE_BINARY ?? process.execPath,
      CHECKPOINT_DISABLE: '1',
    },
  },
);
process.exit(status ?? 1);
