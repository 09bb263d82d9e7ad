import { describe, expect, it } from 'vitest';

import { openOrdersQuery, parseReplayOptions, UsageError } from './replay-options.js';

describe('the replayed histories', () => {
  it('without an option → those of all open orders', () => {
    expect(parseReplayOptions([])).toEqual({
      kind: 'replay',
      source: { kind: 'query', query: openOrdersQuery },
    });
  });

  it('is one workflow, and one of its runs where that is named', () => {
    expect(parseReplayOptions(['--workflow-id', 'a', '--record', 'there'])).toEqual({
      kind: 'replay',
      source: { kind: 'workflow', workflowId: 'a' },
      recordDir: 'there',
    });
    expect(parseReplayOptions(['--workflow-id', 'a', '--run-id', 'b'])).toMatchObject({
      source: { kind: 'workflow', workflowId: 'a', runId: 'b' },
    });
  });

  it('is every file that is named, however that is written', () => {
    expect(parseReplayOptions(['--history', 'a', 'b', '--history', 'c'])).toMatchObject({
      source: { kind: 'files', files: ['a', 'c', 'b'] },
    });
  });

  it.each([
    [['--workflow', 'a'], "Unknown option '--workflow'"],
    [['order-1'], 'order-1 is no option: a workflow is named by --workflow-id'],
    [['--run-id', 'b'], '--run-id needs --workflow-id'],
    [['--workflow-id'], "Option '--workflow-id <value>' argument missing"],
    [['--query', ''], '--query needs a value'],
    [['--workflow-id', 'a', '--query', 'b'], '--workflow-id says already what is replayed'],
    [['--history', 'a', '--workflow-id', 'b'], '--history says already what is replayed'],
    [['--history', 'a', '--record', 'b'], '--history says already what is replayed'],
  ])('is never guessed: %j', (args, message) => {
    expect(() => parseReplayOptions(args)).toThrow(UsageError);
    expect(() => parseReplayOptions(args)).toThrow(message);
  });
});
