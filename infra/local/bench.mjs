// `npm run bench`: how fast the product is beside a bare workflow and beside plain SQL, on this machine.
// `npm run bench -- --quick` shows in a minute or two that all of it works; its figures mean little.
import { spawn } from 'node:child_process';
import path from 'node:path';

import { prepare, root } from './bootstrap.mjs';

await prepare();
const bench = spawn(
  process.execPath,
  [path.join(root, 'infra', 'bench', 'dist', 'main.js'), ...process.argv.slice(2)],
  { cwd: root, stdio: 'inherit' },
);
// Ctrl-C reaches the bench as well, which stops its servers and processes.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => bench.kill('SIGTERM'));
bench.once('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
