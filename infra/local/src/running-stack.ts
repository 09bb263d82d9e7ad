import { readFile } from 'node:fs/promises';

import type { Environment } from '@oms/config';

import { defaultDataDir, localPaths } from './local-paths.js';
import type { StackDescription } from './local-stack.js';

const stackFileOf = (env: Environment): string =>
  localPaths(env['LOCAL_DATA_DIR'] ?? defaultDataDir).stackFile;

/** Reads the description of the running stack. @returns `undefined` while no stack runs */
export async function findRunningStack(env: Environment): Promise<StackDescription | undefined> {
  const text = await readFile(stackFileOf(env), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as StackDescription); // Only the stack writes it.
}

/**
 * Reads the description of the running stack.
 *
 * @param reason the reason for needing the stack, such as a missing variable
 * @throws Error with the reason while no stack runs
 */
export async function requireRunningStack(env: Environment, reason: string): Promise<StackDescription> {
  const stack = await findRunningStack(env);
  if (!stack) throw new Error(`${reason}, and no local stack runs (there is no ${stackFileOf(env)})`);
  return stack;
}
