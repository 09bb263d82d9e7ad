// `npm run lives`: random lives of orders on the whole stack, thousands of them, with everything killed in between.
import { spawn } from 'node:child_process';
import path from 'node:path';

import { prepare, root } from './bootstrap.mjs';

await prepare();
const lives = spawn(
  process.execPath,
  [path.join(root, 'tests', 'dist', 'lives', 'main.js'), ...process.argv.slice(2)],
  { cwd: root, stdio: 'inherit' },
);
// Ctrl-C reaches the lives as well, which stop their servers and processes.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => lives.kill('SIGTERM'));
lives.once('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
