// `node infra/local/run.mjs <file> [argument …]`: runs a program of this repository, and builds it first where
// something has changed. Standard output is the program's alone, so that scripts can use it.
import { spawn } from 'node:child_process';
import path from 'node:path';

import { prepare, root } from './bootstrap.mjs';

/** The exit status of a program that could not be run, as `replay` and `check-orders` document it. */
const notRun = 2;

const [file, ...args] = process.argv.slice(2);
try {
  await prepare((line) => process.stderr.write(`${line}\n`));
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exit(notRun);
}
const program = spawn(process.execPath, [path.join(root, file), ...args], { stdio: 'inherit' });
// Ctrl-C reaches the program as well, which stops its own processes.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => program.kill('SIGTERM'));
program.once('exit', (code, signal) => process.exit(code ?? (signal ? notRun : 0)));
