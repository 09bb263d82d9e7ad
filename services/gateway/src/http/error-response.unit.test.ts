import { RequestError } from '@oms/contracts/http';
import { DomainError } from '@oms/domain';
import { describe, expect, it } from 'vitest';

import { errorResponse, internalErrorMessage, statusOfDomainError } from './error-response.js';
import { HttpError } from './http-error.js';

describe('the error table', () => {
  it.each([
    ['invalid_amount', 400],
    ['transition_not_allowed', 400],
    ['idempotency_conflict', 400],
    ['order_not_found', 404],
  ] as const)('answers %s with %i', (code, status) => {
    expect(statusOfDomainError(code)).toBe(status);
    expect(errorResponse(new DomainError(code, 'said by the domain'), '/api/v1/oms/orders')).toEqual({
      status,
      body: { error: 'said by the domain' },
    });
  });
});

describe('errorResponse', () => {
  it('answers a request that cannot be understood with 400 and the reason', () => {
    expect(errorResponse(new RequestError('items is required'), '/api/v1/oms/orders')).toEqual({
      status: 400,
      body: { error: 'items is required' },
    });
  });

  it.each([
    new Error('password is hunter2'),
    new TypeError('x is undefined'),
    'thrown text',
    undefined,
    null,
    { status: 404 },
  ])('says nothing of a fault that is ours: %s', (fault) => {
    expect(errorResponse(fault, '/api/v1/oms/orders')).toEqual({
      status: 500,
      body: { error: internalErrorMessage },
    });
  });

  it('never shows what is behind an error', () => {
    const error = new HttpError(500, 'retry', { cause: new Error('postgresql://user:hunter2@db') });
    expect(JSON.stringify(errorResponse(error, '/api/v1/oms/orders'))).not.toContain('hunter2');
  });
});
