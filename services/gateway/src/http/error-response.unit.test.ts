import { invalidRequest } from '@oms/contracts/http';
import { refusalCodes, RefusalCode, refused } from '@oms/domain';
import { describe, expect, it } from 'vitest';

import { errorResponse, internalErrorMessage } from './error-response.js';
import { HttpRefusal } from './refuse.js';

const orders = '/api/v1/oms/orders';
const sales = '/api/v1/sales/orders';
const commerce = '/v1/orders';

/**
 * Codes with a status of their own, on the Orders, the Sales and the Commerce API. All others have the status of a
 * rule.
 */
const others: Readonly<Partial<Record<RefusalCode, readonly [number, number, number]>>> = {
  INVALID_REQUEST: [400, 400, 400],
  INVALID_AUTH: [401, 401, 401],
  FORBIDDEN: [403, 403, 403],
  NOT_FOUND: [404, 404, 404],
  PART_NOT_FOUND: [404, 404, 404],
  NOT_ACCEPTABLE: [406, 406, 406],
  TAKEN: [409, 409, 409],
  STALE_VERSION: [409, 409, 409],
  TOO_LARGE: [413, 413, 413],
  RATE_LIMITED: [429, 429, 429],
  INTERNAL: [500, 500, 500],
  UNAVAILABLE: [500, 503, 503],
  DATABASE_UNAVAILABLE: [503, 503, 503],
};

describe('the status of a refusal', () => {
  it.each(refusalCodes)('%s', (code) => {
    const error = refused(code, 'said by the domain', { field: 'quantity' });
    const answers = [orders, sales, commerce].map((path) => errorResponse(error, path));
    expect(answers.map(({ status }) => status)).toEqual(others[code] ?? [400, 422, 422]);
    for (const { body } of answers) {
      expect(body).toEqual({ error: 'said by the domain', code, field: 'quantity' });
    }
  });

  it.each([
    ['draft', ['pending', 'cancelled'], orders, 'pending, cancelled'],
    ['draft', ['pending', 'cancelled'], sales, 'confirmed, cancelled'],
    ['pending', ['confirmed', 'cancelled'], orders, 'confirmed, cancelled'],
    ['pending', ['confirmed', 'cancelled'], sales, 'cancelled'],
    ['closed', [], sales, 'none'],
  ])(
    'names the statuses that are possible from %s, %j, as the API calls them: %s',
    (_, allowed, path, named) => {
      const error = refused(RefusalCode.TransitionNotAllowed, 'it cannot', { details: { allowed } });
      expect(errorResponse(error, path).body).toEqual({
        ...{ error: `it cannot; allowed: ${named}`, code: 'TRANSITION_NOT_ALLOWED' },
        allowed: named === 'none' ? [] : named.split(', '),
      });
    },
  );
});

describe('errorResponse', () => {
  it('answers an invalid request with 400, the field and the reason', () => {
    const message = 'items is required';
    expect(errorResponse(invalidRequest(message, 'items'), orders)).toMatchObject({
      status: 400,
      body: {
        ...{ error: message, code: 'INVALID_REQUEST', field: 'items' },
        errors: [{ field: 'items', code: 'INVALID_VALUE', message }],
      },
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
    expect(errorResponse(fault, '/api/v1/oms/orders')).toMatchObject({
      status: 500,
      body: { error: internalErrorMessage, code: 'INTERNAL' },
    });
  });

  it('never shows the cause of an error', () => {
    const error = new HttpRefusal(RefusalCode.Internal, 'retry', {
      cause: new Error('postgresql://user:hunter2@db'),
    });
    expect(JSON.stringify(errorResponse(error, '/api/v1/oms/orders'))).not.toContain('hunter2');
  });
});
