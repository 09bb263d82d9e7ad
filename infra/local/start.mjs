// `npm start`: prepares the clone, then runs the local stack until Ctrl-C.
import { spawn } from 'node:child_process';
import path from 'node:path';

import { prepare, root } from './bootstrap.mjs';

try {
  await prepare();
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
const stack = spawn(process.execPath, [path.join(root, 'infra', 'local', 'dist', 'main.js')], {
  cwd: root,
  stdio: 'inherit',
});
// A terminal sends Ctrl-C to the stack as well; a supervisor's SIGTERM reaches only this process.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => stack.kill('SIGTERM'));
stack.once('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
