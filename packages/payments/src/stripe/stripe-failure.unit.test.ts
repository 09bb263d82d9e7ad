import { TransportError } from '@oms/outbound';
import Stripe from 'stripe';
import { describe, expect, it } from 'vitest';

import { redactorOf } from '../kit/redaction.js';
import { readFailure, type StripeFailure } from './stripe-failure.js';

const apiKey = 'sk_test_4eC39HqLyjWDarjtT1zdp7dc';
const read = (error: unknown): StripeFailure => readFailure(error, redactorOf(apiKey));

interface Answer {
  readonly type?: Stripe.RawErrorType;
  readonly code?: string;
  readonly decline_code?: string;
  readonly message?: string;
  readonly headers?: Record<string, string>;
}

/** The SDK's own error for an answer with this status and error object. */
function answered(statusCode: number, { type = 'invalid_request_error', ...rest }: Answer = {}): unknown {
  return Stripe.errors.StripeError.generate({
    message: 'said Stripe',
    statusCode,
    type,
    headers: {},
    ...rest,
  });
}

function lost(delivery: TransportError['delivery']): unknown {
  const detail = new TransportError('socket hang up', delivery, undefined);
  return new Stripe.errors.StripeConnectionError({ message: 'a problem', type: 'api_error', detail });
}

describe('failures of calls to Stripe', () => {
  it.each<[string, unknown, Partial<StripeFailure>]>([
    ['no connection', lost('not_sent'), { kind: 'transient' }],
    ['a connection lost after sending', lost('possibly_sent'), { kind: 'unknown', replayed: false }],
    ['400', answered(400, { code: 'parameter_unknown' }), { kind: 'refused', code: 'parameter_unknown' }],
    ['400 without a code', answered(400), { kind: 'refused', replayed: false }],
    ['404 of an object', answered(404, { code: 'resource_missing' }), { kind: 'not_found' }],
    ['404 of a URL', answered(404), { kind: 'refused' }],
    ['400 idempotency_error', answered(400, { type: 'idempotency_error' }), { kind: 'key_conflict' }],
    ['401', answered(401), { kind: 'transient' }],
    ['403', answered(403), { kind: 'transient' }],
    ['402', answered(402, { type: 'card_error', code: 'card_declined' }), { kind: 'declined' }],
    ['409 idempotency_key_in_use', answered(409, { code: 'idempotency_key_in_use' }), { kind: 'unknown' }],
    ['429', answered(429, { code: 'rate_limit' }), { kind: 'transient' }],
    ['400 rate_limit', answered(400, { code: 'rate_limit' }), { kind: 'transient' }],
    ['429 lock_timeout', answered(429, { code: 'lock_timeout' }), { kind: 'unknown' }],
    ['424', answered(424, { type: 'api_error' }), { kind: 'unknown' }],
    ['500', answered(500, { type: 'api_error' }), { kind: 'unknown', replayed: false }],
    ['502', answered(502, { type: 'api_error' }), { kind: 'unknown' }],
    ['503', answered(503, { type: 'api_error' }), { kind: 'unknown' }],
    ['504', answered(504, { type: 'api_error' }), { kind: 'unknown' }],
    ['a status that nobody knows', answered(418), { kind: 'unknown' }],
    [
      'something that is no error of the SDK',
      new TypeError('undefined is not a function'),
      { kind: 'unknown' },
    ],
  ])('reads %s', (_, error, expected) => {
    expect(read(error)).toMatchObject(expected);
  });

  it("have the issuer's code of a decline, or else Stripe's", () => {
    const byIssuer = answered(402, {
      type: 'card_error',
      code: 'card_declined',
      decline_code: 'insufficient_funds',
    });
    const byStripe = answered(402, { type: 'card_error', code: 'expired_card' });
    expect(read(byIssuer)).toMatchObject({ declineCode: 'insufficient_funds' });
    expect(read(byStripe)).toMatchObject({ declineCode: 'expired_card' });
  });

  it('show whether the answer was stored', () => {
    const headers = { 'idempotent-replayed': 'true' };
    expect(read(answered(500, { type: 'api_error', headers }))).toMatchObject({ replayed: true });
    expect(read(answered(400, { headers }))).toMatchObject({ replayed: true });
  });

  it.each([
    ['7', { retryAfterMs: 7_000 }],
    ['0', {}],
    ['7200', {}],
    ['86400', {}],
    ['soon', {}],
  ])('takes Retry-After %s as %o', (value, expected) => {
    const failure = read(answered(429, { headers: { 'retry-after': value } }));
    expect(failure).toEqual({ kind: 'transient', message: expect.any(String) as string, ...expected });
  });

  it('have no secrets in their messages', () => {
    const message = `Invalid API Key provided: ${apiKey}, sk_test_****p7dc, rk_live_abc, whsec_x1, pi_3Pq_secret_9Zz`;
    for (const status of [400, 401, 403, 500]) {
      const failure = read(answered(status, { message }));
      expect(failure.message).not.toMatch(/4eC39|p7dc|rk_live|whsec_|9Zz/);
      expect(failure.message).toContain('pi_3Pq');
    }
  });

  it('redact API keys of any form', () => {
    const failure = readFailure(
      answered(500, { message: 'no such key: open-sesame' }),
      redactorOf('open-sesame'),
    );
    expect(failure.message).not.toContain('sesame');
  });

  it('contain the id by which Stripe finds the request', () => {
    const error = Stripe.errors.StripeError.generate({
      message: 'An unknown error occurred',
      type: 'api_error',
      statusCode: 500,
      requestId: 'req_123',
      headers: {},
    });
    expect(read(error).message).toBe('Stripe: An unknown error occurred (HTTP 500, req_123)');
  });
});
