import os from 'node:os';

import { historyFromJSON, historyToJSON, type History } from '@temporalio/common/lib/proto-utils.js';

/** The parts of a history that no replay needs and that identify the machine that recorded it. */
const ofTheMachine = ['identity', 'stackTrace'];

/**
 * A history without the stack traces of failures and the names of processes, which hold paths and names of the
 * machine. A replay does not look at them.
 *
 * @throws Error that says what is left of the machine, or of a secret, should there be anything
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

/** All that a history says, payloads included. */
function readableText(value: unknown): string {
  const texts: string[] = [];
  JSON.stringify(value, (_, inner: unknown) => {
    if (typeof inner === 'string') texts.push(inner, Buffer.from(inner, 'base64').toString());
    return inner;
  });
  return texts.join('\n');
}
