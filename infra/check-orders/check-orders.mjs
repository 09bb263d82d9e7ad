// `npm run check-orders`: looks the books of all orders over, and compares them with the payment providers'.
import { spawn } from 'node:child_process';
import path from 'node:path';

import { prepare, root } from '../local/bootstrap.mjs';

try {
  await prepare();
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exit(2);
}
const check = spawn(
  process.execPath,
  [path.join(root, 'infra', 'check-orders', 'dist', 'main.js'), ...process.argv.slice(2)],
  { stdio: 'inherit' },
);
check.once('exit', (code, signal) => process.exit(code ?? (signal ? 2 : 0)));
