import { describe, expect, it } from 'vitest';

import { TransportError } from '../transport/deadline-exchange.js';
import { readFailure } from './adyen-failure.js';
import { AdyenHttpError } from './adyen-transport.js';
import { createRedactor } from './redact.js';

const apiKey = 'AQEyhmfxK7vJeSecretKey-0123456789';
const redact = createRedactor(apiKey);

const answered = (status: number, body: unknown, headers: Record<string, string> = {}): AdyenHttpError =>
  new AdyenHttpError(status, headers, typeof body === 'string' ? body : JSON.stringify(body));

const error = (errorCode: string, message = 'no'): object => ({
  status: 0,
  errorCode,
  message,
  errorType: 'validation',
});
const transientError = { 'transient-error': 'true' };

describe('what a failed call to Adyen says', () => {
  it.each([
    ['no connection', new TransportError('ECONNREFUSED', 'not_sent', undefined), 'transient'],
    ['a connection that was lost', new TransportError('reset', 'possibly_sent', undefined), 'unknown'],
    ['a wrong API key', answered(401, error('000')), 'transient'],
    ['a forbidden merchant account', answered(403, error('901')), 'transient'],
    ['an unknown payment', answered(422, error('167')), 'not_found'],
    ['an invalid amount', answered(422, error('137')), 'refused'],
    ['a request that cannot be read', answered(400, error('702')), 'refused'],
    ['a path that there is not', answered(404, 'Not Found'), 'refused'],
    ['too many requests', answered(429, ''), 'transient'],
    ['an error that may have had its effect', answered(500, error('905')), 'unknown'],
    ['an error of a gateway', answered(502, '<html>'), 'unknown'],
    ['an error that says it is transient', answered(503, error('905'), transientError), 'transient'],
    ['a refusal that says it is transient', answered(422, error('703'), transientError), 'transient'],
    [
      'an error that says it is not transient',
      answered(503, error('905'), { 'transient-error': 'false' }),
      'unknown',
    ],
    ['a key in use (409)', answered(409, error('704'), transientError), 'unknown'],
    ['a key in use (422)', answered(422, error('704'), transientError), 'unknown'],
    ['a redirect', answered(308, ''), 'unknown'],
    ['a success that is no JSON', answered(201, 'ok'), 'unknown'],
    ['whatever else', new Error('what'), 'unknown'],
  ])('%s is %s', (_, thrown, kind) => {
    expect(readFailure(thrown, redact)).toMatchObject({ kind });
  });

  it('names the status, the code and the reference with which Adyen finds the request', () => {
    const body = { ...error('137', 'Invalid amount specified'), pspReference: 'F7WCWRG6JPHR8HG2' };
    expect(readFailure(answered(422, body), redact)).toEqual({
      kind: 'refused',
      code: '137',
      message: 'Adyen: Invalid amount specified (HTTP 422, 137, F7WCWRG6JPHR8HG2)',
    });
  });

  it('passes on for how long to wait, where that is a hint to follow', () => {
    const after = (value: string) =>
      readFailure(answered(503, error('905'), { ...transientError, 'retry-after': value }), redact);
    expect(after('7')).toMatchObject({ retryAfterMs: 7_000 });
    for (const none of ['0', '9999', '-1', 'Sat, 21 Nov 2026 09:00:00 GMT']) {
      expect(after(none)).not.toHaveProperty('retryAfterMs');
    }
  });

  it('never shows the API key, nor another one of Adyen', () => {
    const other = 'AQEqhmfuXNWTK0Qc+iSDpXMdSomXAuiRv3zvo2-QxvN7Wg=';
    for (const thrown of [
      answered(401, error('000', `the key ${apiKey} or ${other} is wrong`)),
      new TransportError(`x-api-key: ${apiKey}`, 'possibly_sent', undefined),
    ]) {
      const { message } = readFailure(thrown, redact);
      expect(message).toContain('[redacted]');
      expect(message).not.toMatch(/AQE/);
    }
  });
});
