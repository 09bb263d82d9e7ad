import { ConfigError, loadConfig } from '@oms/config';

import { localConfig } from './local-config.js';
import { startLocalStack, welcome } from './local-stack.js';
import { createSupervisor } from './supervisor.js';

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const supervisor = createSupervisor(say);
const closers: { name: string; close: () => Promise<void> }[] = [];
let stopping = false;

/** Stops all parts, those that need others first. Asked twice, it does not wait any longer. */
async function stop(exitCode: number): Promise<void> {
  if (stopping) process.exit(1);
  stopping = true;
  supervisor.stop();
  for (const { name, close } of closers.reverse()) {
    say(`stopping ${name}`);
    await close().catch((error: unknown) => say(`${name} could not be stopped: ${String(error)}`));
  }
  process.exit(exitCode);
}

process.on('SIGINT', () => void stop(0));
process.on('SIGTERM', () => void stop(0));

try {
  const config = loadConfig(localConfig, process.env);
  const stack = await startLocalStack(config, {
    say,
    supervisor,
    onClose: (name, close) => void closers.push({ name, close }),
  });
  say(welcome(stack));
} catch (error) {
  if (!stopping) {
    process.stderr.write(
      `${error instanceof ConfigError || error instanceof Error ? error.message : String(error)}\n`,
    );
    await stop(1);
  }
}
