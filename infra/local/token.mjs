// `npm run token -- --tenant … --org … --role …`: mints a token for the local gateway. It alone goes to the standard
// output, so that `npm run -s token` can be used in a script.
import { spawnSync } from 'node:child_process';
import path from 'node:path';

import { prepare, root } from './bootstrap.mjs';

try {
  await prepare((line) => process.stderr.write(`${line}\n`));
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
const { status } = spawnSync(
  process.execPath,
  [path.join(root, 'infra', 'local', 'dist', 'token.js'), ...process.argv.slice(2)],
  { cwd: root, stdio: 'inherit' },
);
process.exit(status ?? 1);
