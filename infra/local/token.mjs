// `npm run token -- --tenant … --org … --role …`: mints a token for the local gateway.
import { spawnSync } from 'node:child_process';
import path from 'node:path';

import { prepare, root } from './bootstrap.mjs';

await prepare();
const { status } = spawnSync(
  process.execPath,
  [path.join(root, 'infra', 'local', 'dist', 'token.js'), ...process.argv.slice(2)],
  { cwd: root, stdio: 'inherit' },
);
process.exit(status ?? 1);
