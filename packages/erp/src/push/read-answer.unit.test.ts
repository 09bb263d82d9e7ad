import { describe, expect, it } from 'vitest';

import { readAnswer } from './read-answer.js';

const redact = (text: string): string => text.replaceAll('whsec_1', '[redacted]');

function read(
  statusCode: number,
  body: unknown = '',
  headers: Record<string, string> = {},
): ReturnType<typeof readAnswer> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return readAnswer({ statusCode, headers, body: Buffer.from(text) }, redact, 0);
}

describe('a server’s answer to a pushed order', () => {
  it.each([200, 201, 202, 204])('%i is done', (status) => {
    expect(read(status)).toEqual({ kind: 'done' });
    expect(read(status, { erp_id: 'SO-7', url: 'https://erp.example.com/7' })).toEqual({
      kind: 'done',
      erpId: 'SO-7',
      url: 'https://erp.example.com/7',
    });
  });

  it('accepts a number as an id, and ignores an invalid link', () => {
    expect(read(200, { erp_id: 7, url: 'javascript:alert(1)' })).toEqual({ kind: 'done', erpId: '7' });
  });

  it.each([[''], ['<html>'], [{ erp_id: '' }], [{ erp_id: {} }], [[1]]])(
    '%j has no id, but is done',
    (body) => {
      expect(read(200, body)).toEqual({ kind: 'done' });
    },
  );

  it('409 is done with an id, and refused without', () => {
    expect(read(409, { erp_id: 'SO-7' })).toEqual({ kind: 'done', erpId: 'SO-7' });
    expect(read(409)).toMatchObject({ kind: 'refused' });
  });

  it.each([400, 404, 410, 413, 415, 422])(
    '%i is refused, with the server’s message and without secrets',
    (status) => {
      expect(read(status, { error: 'no product HAT\n whsec_1' })).toEqual({
        kind: 'refused',
        message: `The ERP answered HTTP ${status}: no product HAT [redacted]`,
      });
    },
  );

  it.each([301, 302, 307, 308])('%i is for the operator', (status) => {
    expect(read(status, '', { location: 'https://other.example.com' })).toMatchObject({
      kind: 'transient',
      needsOperator: true,
    });
  });

  it.each([401, 403])('%i is for the operator', (status) => {
    expect(read(status)).toMatchObject({ kind: 'transient', needsOperator: true });
  });

  it.each([408, 425, 429, 503])('%i is transient, with the time of the next attempt', (status) => {
    expect(read(status, '', { 'retry-after': '9' })).toMatchObject({
      kind: 'transient',
      retryAfterMs: 9_000,
    });
  });

  it.each([500, 501, 502, 504])('%i is unknown', (status) => {
    expect(read(status)).toMatchObject({ kind: 'unknown' });
  });

  it('is shortened if it is long', () => {
    const { message } = read(422, { message: 'x'.repeat(10_000) }) as { message: string };
    expect(message.length).toBeLessThan(400);
  });

  it.each([297, 298, 299, 300])('is shortened between characters: after %i', (count) => {
    const words = `${'x'.repeat(count)}${'\ud83e\uddf6'.repeat(300)}`;
    const { message } = read(422, { message: words }) as { message: string };
    const shown = Array.from(words).slice(0, 300).join('');
    expect(message).toBe(`The ERP answered HTTP 422: ${shown}…`);
  });
});
