// `node infra/local/run.mjs <file> [argument …]`: runs a program of this repository, and builds it first if a source
// has changed. Standard output has only the program's output, so that scripts can use it.
import { spawn } from 'node:child_process';
import path from 'node:path';

import { prepare, root } from './bootstrap.mjs';

/** The exit status if the program could not run. `replay` and `check-orders` document it. */
const notRun = 2;

const [file, ...args] = process.argv.slice(2);
try {
  await prepare((line) => process.stderr.write(`${line}\n`));
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exit(notRun);
}
const program = spawn(process.execPath, [path.join(root, file), ...args], { stdio: 'inherit' });
// Ctrl-C reaches the program too, and the program stops its own processes.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => program.kill('SIGTERM'));
program.once('exit', (code, signal) => process.exit(code ?? (signal ? notRun : 0)));
