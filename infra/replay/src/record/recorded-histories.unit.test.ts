import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { describe, expect, it } from 'vitest';

import { tidyHistory } from './tidy-history.js';
import { workflowPaths } from './workflow-paths.js';

const folder = fileURLToPath(new URL('../../../../workflows/histories/', import.meta.url));
/** Those that the recorder wrote; what people have fetched is theirs. */
const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
const historyOf = (file: string) => historyFromJSON(JSON.parse(readFileSync(folder + file, 'utf8')));

describe('the recorded histories', () => {
  it.each(files)('are of paths that can be recorded again: %s', (file) => {
    expect(workflowPaths.map(({ name }) => name)).toContain(file.split('.')[0]);
  });

  it.each(files)('say nothing of the machine that recorded them, and no secret: %s', (file) => {
    const text = readFileSync(folder + file, 'utf8');
    expect(text).not.toMatch(/"(identity|stackTrace)"/);
    // It would have been refused, whatever is base64 included.
    expect(() => tidyHistory(historyOf(file), ['development-secret'])).not.toThrow();
  });
});

describe('a history that is about to be written', () => {
  it('is refused while it says a secret, also within a payload', () => {
    const [file = ''] = files;
    const history = historyOf(file);
    const input = history.events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0];
    if (!input) throw new Error('the first recorded history has no input');
    input.data = Buffer.from('{"token":"very-secret"}');
    expect(() => tidyHistory(history, ['very-secret'])).toThrow('the history still says very-secret');
  });
});
