import { RefusedError, type Refusal } from '@oms/domain';
import { describe, expect, it } from 'vitest';

import { createOrderExample } from '../orders/create-order-example.js';
import { cancelOrder, closeOrder, createOrder } from '../orders/order-operations.js';
import { getProduct } from '../catalogue/product-operations.js';
import { parseBody, parseInput } from './parse-operation.js';

function refusalOf(parse: () => unknown): Refusal<string> {
  try {
    parse();
  } catch (error) {
    if (error instanceof RefusedError) return error.refusal;
    throw error;
  }
  throw new Error('it was accepted');
}

describe('a body with several faults', () => {
  it('is refused once, with a sentence and a code for each field, in the order of the schema', () => {
    const [item] = createOrderExample.items;
    const body = {
      ...{ ...createOrderExample, idempotency_key: undefined, currency: 7, colour: 'red', size: 1 },
      items: [item, { ...item, quantity: 0, location_id: undefined }],
    };
    const refusal = refusalOf(() => parseBody(createOrder, JSON.parse(JSON.stringify(body))));
    const faults = [
      ['idempotency_key', 'REQUIRED', 'idempotency_key is required'],
      ['currency', 'INVALID_VALUE', 'currency must be a string'],
      ['items[1].quantity', 'INVALID_VALUE', 'items[1].quantity must be a positive integer'],
      ['items[1].location_id', 'REQUIRED', 'location_id is required for inventory-backed items'],
      ['colour', 'UNKNOWN_FIELD', 'colour is not a known field'],
      ['size', 'UNKNOWN_FIELD', 'size is not a known field'],
    ];
    expect(refusal).toEqual({
      ...{ kind: 'refused', code: 'INVALID_REQUEST' },
      message: faults.map(([, , message]) => message).join('; '),
      details: { faults: faults.map(([field, code, message]) => ({ field, code, message })) },
    });
  });

  it('names at most twenty of them', () => {
    const items = Array.from({ length: 500 }, () => ({ quantity: 0 }));
    const { message, details } = refusalOf(() => parseBody(createOrder, { ...createOrderExample, items }));
    expect(details?.faults).toHaveLength(20);
    expect(message.split('; ')).toHaveLength(20);
  });
});

describe('a body with one fault', () => {
  it.each([
    [{ reason: 7 }, { field: 'reason', code: 'INVALID_VALUE', message: 'reason must be a string' }],
    [{ why: 'x' }, { field: 'why', code: 'UNKNOWN_FIELD', message: 'why is not a known field' }],
    [[], { code: 'INVALID_VALUE', message: 'the body must be an object' }],
  ])('%j names its field', (body, fault) => {
    const refusal = refusalOf(() => parseBody(cancelOrder, body));
    expect(refusal).toMatchObject({ code: 'INVALID_REQUEST', message: fault.message });
    expect(refusal.field).toBe('field' in fault ? fault.field : undefined);
    expect(refusal.details?.faults).toEqual([fault]);
  });

  it('says that a field is required by a rule about two fields', () => {
    const [item] = createOrderExample.items;
    const items = [{ ...item, location_id: null }];
    expect(refusalOf(() => parseBody(createOrder, { ...createOrderExample, items }))).toMatchObject({
      message: 'location_id is required for inventory-backed items',
      field: 'items[0].location_id',
      details: { faults: [{ code: 'REQUIRED' }] },
    });
  });
});

describe('the body of an operation that takes none', () => {
  it.each([undefined, null, {}])('may be %j', (body) => {
    expect(parseBody(closeOrder, body)).toBeUndefined();
  });

  it('is refused with a field', () => {
    expect(refusalOf(() => parseBody(closeOrder, { reason: 'x' })).field).toBe('reason');
  });
});

describe('an id in a path', () => {
  it('that no product can have is NOT_FOUND', () => {
    const request = { params: { productId: 'x' }, query: {}, body: undefined };
    expect(refusalOf(() => parseInput(getProduct, request))).toMatchObject({
      ...{ code: 'NOT_FOUND', message: 'there is no such product', details: { resource: 'product' } },
    });
  });
});
