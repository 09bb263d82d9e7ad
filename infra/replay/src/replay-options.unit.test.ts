import { describe, expect, it } from 'vitest';

import { openOrdersQuery, parseReplayOptions, UsageError } from './replay-options.js';

describe('the replayed histories', () => {
  it('without an option → those of all open orders', () => {
    expect(parseReplayOptions([])).toEqual({
      kind: 'replay',
      source: { kind: 'query', query: openOrdersQuery },
    });
  });

  it('with --workflow-id → those of one workflow, or of one of its runs', () => {
    expect(parseReplayOptions(['--workflow-id', 'a', '--record', 'there'])).toEqual({
      kind: 'replay',
      source: { kind: 'workflow', workflowId: 'a' },
      recordDir: 'there',
    });
    expect(parseReplayOptions(['--workflow-id', 'a', '--run-id', 'b'])).toMatchObject({
      source: { kind: 'workflow', workflowId: 'a', runId: 'b' },
    });
  });

  it('with --history → those of every given file', () => {
    expect(parseReplayOptions(['--history', 'a', 'b', '--history', 'c'])).toMatchObject({
      source: { kind: 'files', files: ['a', 'c', 'b'] },
    });
  });

  it.each([
    [['--workflow', 'a'], "Unknown option '--workflow'"],
    [['order-1'], 'unexpected argument order-1: name a workflow with --workflow-id'],
    [['--run-id', 'b'], '--run-id needs --workflow-id'],
    [['--workflow-id'], "Option '--workflow-id <value>' argument missing"],
    [['--query', ''], '--query needs a value'],
    [['--workflow-id', 'a', '--query', 'b'], '--workflow-id cannot be combined with another source'],
    [['--history', 'a', '--workflow-id', 'b'], '--history cannot be combined with another source'],
    [
      ['--history', 'a', '--record', 'b'],
      '--history cannot be combined with another source or with --record',
    ],
  ])('with invalid arguments → an error: %j', (args, message) => {
    expect(() => parseReplayOptions(args)).toThrow(UsageError);
    expect(() => parseReplayOptions(args)).toThrow(message);
  });
});
