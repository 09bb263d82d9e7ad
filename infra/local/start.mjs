// `npm start`: prepares the clone, then runs the local stack until Ctrl-C.
import { prepare } from './bootstrap.mjs';

try {
  await prepare();
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
// In this very process, so that there is one that a signal has to reach.
await import('./dist/main.js');
