// `npm start`: prepares the clone, then runs the local stack until Ctrl-C.
import { prepare } from './bootstrap.mjs';
import { endWithParent } from './parent-watch.mjs';

// Started without npm, the stack may outlive the shell.
if (process.env.npm_lifecycle_event !== undefined) endWithParent();
try {
  await prepare();
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
// Runs in this process, so that a signal reaches only one process.
await import('./dist/main.js');
