// `npm run soak`: thousands of hostile connections against a gateway, which has to stay up, answer and let go of them.
import { spawn } from 'node:child_process';
import path from 'node:path';

import { prepare, root } from './bootstrap.mjs';

await prepare();
const soak = spawn(
  process.execPath,
  [path.join(root, 'infra', 'bench', 'dist', 'soak', 'main.js'), ...process.argv.slice(2)],
  { cwd: root, stdio: 'inherit' },
);
// Ctrl-C reaches the soak as well, which stops its gateway.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => soak.kill('SIGTERM'));
soak.once('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
