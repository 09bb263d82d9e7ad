import { TransportError } from '@oms/outbound';
import { ApiError } from '@paypal/paypal-server-sdk';
import { describe, expect, it } from 'vitest';

import { readFailure } from './paypal-failure.js';
import { redactorOf } from '../kit/redaction.js';
import { TokenError } from './token-source.js';

const redact = redactorOf('secret-1', 'client-1', 'Y2xpZW50LTE6c2VjcmV0LTE=');

function answered(statusCode: number, body: unknown, headers: Record<string, string> = {}): ApiError {
  const request = { method: 'GET' as const, url: 'https://api-m.paypal.com/' };
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return new ApiError({ request, response: { statusCode, headers, body: text } }, 'no');
}

const error = (name: string, issue?: string): object => ({
  name,
  message: 'A message.',
  debug_id: 'd3bu9',
  ...(issue ? { details: [{ issue, description: 'A description.' }] } : {}),
});

describe('an answer of PayPal → its kind', () => {
  it.each([
    [404, error('RESOURCE_NOT_FOUND', 'INVALID_RESOURCE_ID'), 'not_found'],
    [404, '<html>no such page</html>', 'unknown'],
    [400, error('INVALID_REQUEST', 'INVALID_PARAMETER_VALUE'), 'refused'],
    [422, error('UNPROCESSABLE_ENTITY', 'AUTHORIZATION_VOIDED'), 'refused'],
    [422, '<html>blocked</html>', 'unknown'],
    [401, { error: 'invalid_token' }, 'transient'],
    [403, error('NOT_AUTHORIZED', 'PERMISSION_DENIED'), 'transient'],
    [409, error('RESOURCE_CONFLICT', 'PREVIOUS_REQUEST_IN_PROGRESS'), 'unknown'],
    [429, error('RATE_LIMIT_REACHED'), 'transient'],
    [500, error('INTERNAL_SERVER_ERROR'), 'unknown'],
    [503, error('SERVICE_UNAVAILABLE'), 'unknown'],
    [504, '', 'unknown'],
    [302, '', 'unknown'],
  ])('with %d %j is %s', (status, body, kind) => {
    expect(readFailure(answered(status, body), redact)).toMatchObject({ kind });
  });

  it('contains the issue and PayPal’s debug id', () => {
    const failure = readFailure(answered(422, error('UNPROCESSABLE_ENTITY', 'PAYER_CANNOT_PAY')), redact);
    expect(failure).toEqual({
      kind: 'refused',
      code: 'PAYER_CANNOT_PAY',
      message: 'PayPal: A description. (HTTP 422, PAYER_CANNOT_PAY, d3bu9)',
    });
  });

  it.each([
    ['3', 3_000],
    ['3600', 3_600_000],
    ['3601', undefined],
    ['soon', undefined],
    ['-1', undefined],
  ])('says when to come back, where retry-after %j does', (value, retryAfterMs) => {
    const failure = readFailure(answered(429, error('RATE_LIMIT_REACHED'), { 'retry-after': value }), redact);
    expect('retryAfterMs' in failure ? failure.retryAfterMs : undefined).toBe(retryAfterMs);
  });
});

describe('a request without an answer', () => {
  it('is transient only when nothing was sent', () => {
    const sent = (delivery: 'not_sent' | 'possibly_sent'): object =>
      readFailure(new TransportError('lost', delivery, undefined), redact);
    expect(sent('not_sent')).toMatchObject({ kind: 'transient' });
    expect(sent('possibly_sent')).toMatchObject({ kind: 'unknown' });
  });

  it('is transient without an access token, for any cause', () => {
    expect(readFailure(new TokenError('none', 5_000, undefined), redact)).toEqual({
      kind: 'transient',
      message: 'none',
      retryAfterMs: 5_000,
    });
  });

  it('is unknown for any other error', () => {
    expect(readFailure(new Error('Could not parse body as JSON.'), redact)).toMatchObject({
      kind: 'unknown',
    });
  });
});

describe('secrets', () => {
  it('never occur in a message', () => {
    const basic = Buffer.from('client-1:secret-1').toString('base64');
    const message = `client-1 secret-1 ${basic} Bearer A21AAxyz-_9`;
    const failure = readFailure(answered(422, { ...error('X'), message }), redact);
    expect(failure.message).not.toMatch(/client-1|secret-1|A21AA/);
    expect(failure.message).not.toContain(basic);
  });
});
