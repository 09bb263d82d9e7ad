import { rename, rm, writeFile } from 'node:fs/promises';

import { ConfigError, loadConfig } from '@oms/config';

import { killChildren, stopChildren } from './child.js';
import { localConfig } from './local-config.js';
import { localPaths, type LocalPaths } from './local-paths.js';
import { startLocalStack, welcome, type StackDescription } from './local-stack.js';
import { guardPid } from './orphan-guard.js';
import { lockStack } from './stack-lock.js';
import { Supervisor } from './supervisor.js';

/** npm hands on a Ctrl-C that the terminal has already sent: what comes this soon is the same one. */
const sameSignalMs = 1_000;

// A terminal that is gone takes nothing more; what has to be done without it is done all the same.
process.stdout.on('error', () => undefined);
process.stderr.on('error', () => undefined);

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const supervisor = new Supervisor(say);
const undo: (() => Promise<void>)[] = [];
let stoppingSince: number | undefined;

/** Stops all parts, those that need others first. Asked again, it ends them at once. */
async function stop(exitCode: number): Promise<void> {
  if (stoppingSince !== undefined && Date.now() - stoppingSince < sameSignalMs) return;
  const isSecond = stoppingSince !== undefined;
  stoppingSince ??= Date.now();
  supervisor.stop();
  if (isSecond) say('ending everything at once');
  else say('');
  await (isSecond ? killChildren() : stopChildren(say));
  for (const step of undo.splice(0).reverse()) await step();
  process.exit(exitCode);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(0));

try {
  const config = loadConfig(localConfig, process.env);
  const paths = localPaths(config.LOCAL_DATA_DIR);
  undo.push(await lockStack(paths, guardPid(), say));
  await rm(paths.stackFile, { force: true });
  undo.push(() => rm(paths.stackFile, { force: true }));
  const stack = await startLocalStack({ config, paths, supervisor, say });
  await describeStack(paths, stack);
  say(welcome(stack, paths.dataDir));
} catch (error) {
  if (stoppingSince === undefined) {
    const isExpected = error instanceof ConfigError || error instanceof Error;
    process.stderr.write(`${isExpected ? error.message : JSON.stringify(error)}\n`);
    await stop(1);
  }
}

/** Whoever finds the file finds all of it. */
async function describeStack({ stackFile }: LocalPaths, stack: StackDescription): Promise<void> {
  const unfinished = `${stackFile}.unfinished`;
  await writeFile(unfinished, `${JSON.stringify(stack, null, 2)}\n`, { mode: 0o600 });
  await rename(unfinished, stackFile);
}
