import { readFile } from 'node:fs/promises';

import type { LocalPaths } from './local-paths.js';
import type { StackDescription } from './local-stack.js';

/** Reads what the running stack leaves for scripts. @returns `undefined` while no stack runs */
export async function readRunningStack({ stackFile }: LocalPaths): Promise<StackDescription | undefined> {
  const text = await readFile(stackFile, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as StackDescription); // Its own file.
}
