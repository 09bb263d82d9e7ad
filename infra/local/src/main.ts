import { rename, rm, writeFile } from 'node:fs/promises';

import { loadConfig } from '@oms/config';

import { killChildren, stopChildren } from './child.js';
import { explain } from './explain-fault.js';
import { localConfig } from './local-config.js';
import { localPaths, type LocalPaths } from './local-paths.js';
import { startLocalStack, welcome, type StackDescription } from './local-stack.js';
import { guardFile, guardPid, releaseFile } from './orphan-guard.js';
import { lockStack, type StackLock } from './stack-lock.js';
import { Supervisor } from './supervisor.js';

/** npm forwards a Ctrl-C that the terminal has sent already: a second signal within this time is the same one. */
const sameSignalMs = 1_000;

// After the terminal has closed, writing fails. The stack must still stop in order.
process.stdout.on('error', () => undefined);
process.stderr.on('error', () => undefined);

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const supervisor = new Supervisor(say);
const undo: (() => Promise<void>)[] = [];
let lock: StackLock | undefined;
let stoppingSince: number | undefined;

/** Stops all parts, dependents first. A second call kills them. */
async function stop(exitCode: number): Promise<void> {
  if (stoppingSince !== undefined && Date.now() - stoppingSince < sameSignalMs) return;
  const isSecond = stoppingSince !== undefined;
  stoppingSince ??= Date.now();
  supervisor.stop();
  if (isSecond) say('killing all parts');
  else say('');
  if (!isSecond) await lock?.announceStop().catch(() => undefined);
  await (isSecond ? killChildren() : stopChildren(say));
  // A full disk must not keep the stack from ending.
  for (const step of undo.splice(0).reverse()) await step().catch(() => undefined);
  process.exit(exitCode);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(0));

try {
  const config = loadConfig(localConfig, process.env);
  const paths = localPaths(config.LOCAL_DATA_DIR);
  lock = await lockStack(paths, guardPid(), say);
  undo.push(() => lock?.release() ?? Promise.resolve());
  await rm(paths.stackFile, { force: true });
  undo.push(() => removeDescription(paths));
  const stack = await startLocalStack({ config, paths, supervisor, say });
  await describeStack(paths, stack);
  say(welcome(stack, paths.dataDir));
} catch (error) {
  if (stoppingSince === undefined) {
    process.stderr.write(`${explain(error)}\n`);
    await stop(1);
  }
}

/** Writes a file atomically: readers see the whole file or none. */
async function describeStack({ stackFile }: LocalPaths, stack: StackDescription): Promise<void> {
  const unfinished = `${stackFile}.unfinished`;
  guardFile(stackFile);
  await writeFile(unfinished, `${JSON.stringify(stack, null, 2)}\n`, { mode: 0o600 });
  await rename(unfinished, stackFile);
}

async function removeDescription({ stackFile }: LocalPaths): Promise<void> {
  await rm(stackFile, { force: true });
  releaseFile(stackFile);
}
