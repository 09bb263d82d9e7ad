// `npm run replay -- --workflow-id …`: replays recorded orders on the present code.
import { spawn } from 'node:child_process';
import path from 'node:path';

import { prepare, root } from '../local/bootstrap.mjs';

try {
  await prepare();
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exit(2);
}
const replay = spawn(
  process.execPath,
  [path.join(root, 'infra', 'replay', 'dist', 'main.js'), ...process.argv.slice(2)],
  { stdio: 'inherit' },
);
replay.once('exit', (code, signal) => process.exit(code ?? (signal ? 2 : 0)));
