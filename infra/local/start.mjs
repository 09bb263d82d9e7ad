// `npm start`: prepares the clone, then runs the local stack until Ctrl-C.
import { prepare } from './bootstrap.mjs';
import { endWithParent } from './parent-watch.mjs';

// Whoever starts this file by hand may as well leave it running behind.
if (process.env.npm_lifecycle_event !== undefined) endWithParent();
try {
  await prepare();
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
// In this very process, so that there is one that a signal has to reach.
await import('./dist/main.js');
