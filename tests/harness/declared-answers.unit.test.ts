import { describe, expect, it } from 'vitest';

import { assertDeclared } from './declared-answers.js';

const id = 'a1b2c3d4-e5f6-7890-abcd-ef1234567890';
const cancel = `/api/v1/oms/orders/${id}/cancel`;
const changed = { id, status: 'cancelled', payment_status: 'voided', version: 3 };
const refused = { error: 'there is no such order', code: 'NOT_FOUND' };

const check = (method: string, path: string, status: number, body: unknown) => () => {
  assertDeclared(method, path, status, body);
};

describe('an answer', () => {
  it.each([
    ['of a change', 'POST', cancel, 200, changed],
    ['of a change that goes on', 'POST', cancel, 202, { id, status: 'accepted' }],
    ['of a refusal', 'POST', cancel, 404, refused],
    ['with a query in its path', 'GET', '/api/v1/sales/products?limit=1', 401, { ...refused }],
    ['of a path that no operation has', 'GET', '/api/v1/nothing', 418, 'a teapot'],
  ])('%s is taken as declared', (_, method, path, status, body) => {
    expect(check(method, path, status, body)).not.toThrow();
  });

  it.each([
    ['a status that is not declared', 201, changed, /cancelOrder does not declare the status 201/],
    ['a status of another API', 422, refused, /does not declare the status 422/],
    ['an unknown field', 200, { ...changed, number: 'ORD-1' }, /200 is not as declared/],
    ['a missing field', 200, { id, status: 'cancelled' }, /200 is not as declared/],
    ['a refusal without a code', 404, { error: 'no' }, /404 is not as declared/],
  ])('with %s fails the test', (_, status, body, words) => {
    expect(check('POST', cancel, status, body)).toThrow(words);
  });
});
