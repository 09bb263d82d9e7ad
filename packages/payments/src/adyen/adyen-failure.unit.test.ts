import { TransportError } from '@oms/outbound';
import { describe, expect, it } from 'vitest';

import { readFailure } from './adyen-failure.js';
import { AdyenHttpError } from './adyen-transport.js';
import { redactorOf } from '../kit/redaction.js';

// Not of the usual form, so that nothing but knowing it can find it.
const apiKey = 'ws-SecretKey/0123456789';
const redact = redactorOf(apiKey);

const answered = (status: number, body: unknown, headers: Record<string, string> = {}): AdyenHttpError =>
  new AdyenHttpError(status, headers, typeof body === 'string' ? body : JSON.stringify(body));

const error = (errorCode: string, message = 'no'): object => ({
  status: 0,
  errorCode,
  message,
  errorType: 'validation',
});
const transientError = { 'transient-error': 'true' };

describe('a failed call to Adyen → its kind', () => {
  it.each([
    ['no connection', 'transient', new TransportError('ECONNREFUSED', 'not_sent', undefined)],
    ['a connection that was lost', 'unknown', new TransportError('reset', 'possibly_sent', undefined)],
    ['a wrong API key', 'transient', answered(401, error('000'))],
    ['a forbidden merchant account', 'transient', answered(403, error('901'))],
    ['an unknown payment', 'not_found', answered(422, error('167'))],
    ['an invalid amount', 'refused', answered(422, error('137'))],
    ['a request that cannot be read', 'refused', answered(400, error('702'))],
    ['a path that there is not', 'refused', answered(404, 'Not Found')],
    ['too many requests', 'transient', answered(429, '')],
    ['an error that may have had its effect', 'unknown', answered(500, error('905'))],
    ['an error of a gateway', 'unknown', answered(502, '<html>')],
    ['an error that says it is transient', 'transient', answered(503, error('905'), transientError)],
    ['a refusal that says it is transient', 'transient', answered(422, error('703'), transientError)],
    [
      'an error that says it is not transient',
      'unknown',
      answered(503, error('905'), { 'transient-error': 'false' }),
    ],
    ['a key in use (409)', 'unknown', answered(409, error('704'), transientError)],
    ['a key in use (422)', 'unknown', answered(422, error('704'), transientError)],
    ['a redirect', 'unknown', answered(308, '')],
    ['a success that is no JSON', 'unknown', answered(201, 'ok')],
    ['whatever else', 'unknown', new Error('what')],
  ])('%s is %s', (_, kind, thrown) => {
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
      expect(message).not.toMatch(/AQE|Secret/);
    }
  });
});
