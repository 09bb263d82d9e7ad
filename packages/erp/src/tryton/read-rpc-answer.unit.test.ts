import { gzipSync } from 'node:zlib';

import { describe, expect, it } from 'vitest';

import { readRpcAnswer } from './read-rpc-answer.js';
import { TrytonFailure } from './tryton-failure.js';

const redact = (text: string): string => text.replaceAll('hunter2', '[redacted]');

function answered(statusCode: number, body: unknown, headers: Record<string, string> = {}): unknown {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
  return readRpcAnswer({ statusCode, headers, body: bytes }, redact, 10_000);
}

function failureOf(...answer: Parameters<typeof answered>): TrytonFailure {
  try {
    answered(...answer);
  } catch (error) {
    if (error instanceof TrytonFailure) return error;
  }
  throw new Error('there was no failure');
}

describe('a result', () => {
  it('of any form is accepted', () => {
    expect(answered(200, { id: 1, result: [7] })).toEqual([7]);
    expect(answered(200, { id: 1, result: null })).toBeNull();
  });

  it('is accepted when it is compressed, or only marked as compressed', () => {
    expect(answered(200, gzipSync('{"id":1,"result":5}'))).toBe(5);
    expect(answered(200, { id: 1, result: 5 }, { 'content-encoding': 'gzip' })).toBe(5);
  });

  it('is refused when it expands beyond the limit', () => {
    expect(failureOf(200, gzipSync(JSON.stringify({ result: 'a'.repeat(100_000) }))).fault.kind).toBe(
      'unknown',
    );
  });

  it.each([{}, [], 'no', { error: 'x' }])('is not accepted from %j', (body) => {
    expect(failureOf(200, body).fault).toMatchObject({ kind: 'unknown' });
  });
});

describe('a failure', () => {
  it.each([
    [['UserError', ['You may not.', 'Ask.', null]], 'refused', 'rule_broken', 'Tryton: You may not. Ask.'],
    [
      ['UserWarning', ['w1', 'Sure?', '']],
      'refused',
      undefined,
      'Tryton wants a person to confirm this: Sure?',
    ],
    [['ConcurrencyException', 'Records were modified'], 'transient', 'changed_meanwhile', 'changed'],
    [['LoginException', ['sms', 'Code', 'char']], 'transient', undefined, 'more than a password'],
    [
      ['could not serialize hunter2', ''],
      'transient',
      undefined,
      'Tryton failed: could not serialize [redacted]',
    ],
    [["'res.user'", ''], 'transient', undefined, "Tryton failed: 'res.user'"],
  ])('%j is %s', (error, kind, reason, message) => {
    const failure = failureOf(200, { id: 1, error });
    expect(failure.fault.kind).toBe(kind);
    expect(failure.reason).toBe(reason);
    expect(failure.message).toContain(message);
  });

  it.each([
    [302, 'transient', true],
    [400, 'refused', undefined],
    [401, 'transient', true],
    [403, 'transient', true],
    [404, 'transient', true],
    [405, 'transient', true],
    [422, 'refused', undefined],
    [429, 'transient', undefined],
    [500, 'unknown', undefined],
    [502, 'unknown', undefined],
    [503, 'transient', undefined],
    [504, 'unknown', undefined],
  ])('HTTP %i is %s', (status, kind, needsOperator) => {
    const { fault } = failureOf(status, {});
    expect(fault.kind).toBe(kind);
    expect('needsOperator' in fault ? fault.needsOperator : undefined).toBe(needsOperator);
  });

  it('has the time of the next attempt', () => {
    expect(failureOf(429, {}, { 'retry-after': '3' }).fault).toMatchObject({ retryAfterMs: 3_000 });
  });
});
