import os from 'node:os';

import { historyFromJSON, historyToJSON, type History } from '@temporalio/common/lib/proto-utils.js';

/** The fields of a history that identify the recording machine. Replays do not need them. */
const ofTheMachine = ['identity', 'stackTrace'];

/**
 * Removes the stack traces of failures and the names of processes from a history: they contain paths and names of the
 * machine, and replays do not need them.
 *
 * @throws Error if the history still contains a name of the machine, or a secret
 */
export function tidyHistory(history: History, secrets: readonly string[]): History {
  const tidy = JSON.parse(historyToJSON(history), (key, value: unknown) =>
    ofTheMachine.includes(key) && typeof value === 'string' ? undefined : value,
  ) as unknown;
  const text = readableText(tidy);
  const left = [
    ...secrets,
    os.hostname(),
    os.homedir(),
    process.cwd(),
    '/dist/',
    'node_modules',
    'sk_',
  ].filter((needle) => needle.length > 3 && text.includes(needle));
  if (left.length > 0) throw new Error(`the history still says ${left.join(', ')}`);
  return historyFromJSON(tidy);
}

/** The complete text of a history, payloads included. */
function readableText(value: unknown): string {
  const texts: string[] = [];
  JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner === 'string') texts.push(inner, Buffer.from(inner, 'base64').toString());
    return inner;
  });
  return texts.join('\n');
}
