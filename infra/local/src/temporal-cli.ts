import { spawn } from 'node:child_process';

import { findRunningStack } from './running-stack.js';
import { findTemporalBinary } from './temporal-binary.js';

/** `npm run temporal -- …`: Temporal's command line, for the running stack unless TEMPORAL_ADDRESS names another server. */
async function main(): Promise<void> {
  const binary = await findTemporalBinary(() => undefined);
  const cli = spawn(binary, process.argv.slice(2), {
    stdio: 'inherit',
    env: { ...(await addressOfStack()), ...process.env },
  });
  cli.once('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
}

async function addressOfStack(): Promise<Readonly<Record<string, string>>> {
  const stack = await findRunningStack(process.env);
  if (!stack) return {};
  return { TEMPORAL_ADDRESS: stack.temporal_address, TEMPORAL_NAMESPACE: stack.temporal_namespace };
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
