// `npm run record-histories`: drives a stack of its own through every path of an order that has no history yet.
import { spawn } from 'node:child_process';
import path from 'node:path';

import { prepare, root } from '../local/bootstrap.mjs';

await prepare();
const recorder = spawn(
  process.execPath,
  [path.join(root, 'infra', 'replay', 'dist', 'record', 'main.js'), ...process.argv.slice(2)],
  { cwd: root, stdio: 'inherit' },
);
// Ctrl-C reaches the recorder as well, which stops its servers and processes.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => recorder.kill('SIGTERM'));
recorder.once('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
