import { orderFlags, orderStatuses, paymentStatuses } from '@oms/domain';
import { describe, expect, it } from 'vitest';

import {
  parseListCommerceOrdersQuery,
  parseListOrdersQuery,
  parseListSalesOrdersQuery,
} from '../testing/parsed.js';
import { encodeCursor } from '../kit/list-cursor.js';
import { parseInput } from '../kit/parse-operation.js';
import { commercePaymentStatuses } from './commerce/commerce-order-resource.js';
import { getOrder } from './order-operations.js';
import { refusalOf } from '../testing/refused-orders.js';

const refusal = (query: Record<string, unknown>) => refusalOf(() => parseListOrdersQuery(query)).message;
const position = { createdAt: '2026-11-21T10:00:00.123Z', id: 'c3d4e5f6-a7b8-9012-cdef-345678901234' };

describe('a query without parameters', () => {
  it('requests the first 50 orders, also as an object without a prototype', () => {
    expect(parseListOrdersQuery({})).toStrictEqual({ limit: 50, offset: 0 });
    expect(parseListOrdersQuery(Object.create(null) as Record<string, unknown>)).toStrictEqual({
      limit: 50,
      offset: 0,
    });
  });
});

describe('limit and offset', () => {
  it('are integers within their bounds', () => {
    expect(parseListOrdersQuery({ limit: '20', offset: '40' })).toMatchObject({ limit: 20, offset: 40 });
    expect(parseListOrdersQuery({ limit: '100', offset: '100000' })).toMatchObject({
      limit: 100,
      offset: 100_000,
    });
  });

  it.each(['0', '101', '-1', '1.5', '1e1', '', ' 5', 'ten', '9'.repeat(400)])(
    'refuse a limit of %j',
    (limit) => {
      expect(refusal({ limit })).toBe('limit must be an integer from 1 to 100');
    },
  );

  it.each(['-1', '100001', '1.5', '', 'NaN'])('refuse an offset of %j', (offset) => {
    expect(refusal({ offset })).toBe('offset must be an integer from 0 to 100000; use cursor to go further');
  });

  it.each(['limit', 'offset', 'cursor', 'channel', 'customer_id', 'created_from'])(
    'and all but the status are given once: %s',
    (name) => {
      expect(refusal({ [name]: ['1', '2'] })).toMatch(new RegExp(`^${name} must be `));
      expect(refusal({ [name]: { a: '1' } })).toMatch(new RegExp(`^${name} must be `));
    },
  );
});

describe('cursor', () => {
  it('continues where a page ended', () => {
    expect(parseListOrdersQuery({ cursor: encodeCursor(position) })).toStrictEqual({
      limit: 50,
      offset: 0,
      after: position,
    });
  });

  it('is safe in a URL', () => {
    expect(encodeCursor(position)).toMatch(/^[A-Za-z0-9_-]+$/);
  });

  it.each([
    'abc',
    '????',
    `${encodeCursor(position)}=`,
    `${encodeCursor(position)} `,
    encodeCursor({ ...position, createdAt: 'yesterday' }),
    encodeCursor({ ...position, createdAt: '2026-02-30T00:00:00.000Z' }),
    encodeCursor({ ...position, createdAt: "2026-11-21T10:00:00.123Z'; --" }),
    encodeCursor({ ...position, id: 'x' }),
    Buffer.from('null').toString('base64url'),
    Buffer.from(JSON.stringify({ ...position, more: 1 })).toString('base64url'),
  ])('is refused when no list gave it: %s', (cursor) => {
    expect(refusal({ cursor })).toBe('cursor must be the next_cursor of an earlier page');
  });

  it('does not go with an offset', () => {
    const cursor = encodeCursor(position);
    expect(refusal({ cursor, offset: '1' })).toBe('cursor and offset must not be used together');
    expect(parseListOrdersQuery({ cursor, offset: '0' }).after).toEqual(position);
  });
});

describe('status', () => {
  it.each([
    ['pending', ['pending']],
    ['pending,confirmed', ['pending', 'confirmed']],
    [
      ['pending', 'confirmed'],
      ['pending', 'confirmed'],
    ],
    [
      ['pending,confirmed', 'pending'],
      ['pending', 'confirmed'],
    ],
  ])('may be repeated or separated by commas: %j', (status, statuses) => {
    expect(parseListOrdersQuery({ status }).statuses).toEqual(statuses);
  });

  it.each(['', 'open', 'Pending', ['pending', 'open'], 'pending,', { a: 'pending' }])(
    'refuses %j',
    (status) => {
      expect(refusal({ status })).toMatch(
        new RegExp(`^status\\[\\d\\] must be one of: ${orderStatuses.join(', ')}$`),
      );
    },
  );
});

const tenantId = 'a1b2c3d4-e5f6-7890-abcd-ef1234567890';

describe.each([
  ['Orders', parseListOrdersQuery],
  ['Sales', (query: Record<string, unknown>) => parseListSalesOrdersQuery(tenantId, query)],
  ['Commerce', (query: Record<string, unknown>) => parseListCommerceOrdersQuery(tenantId, query)],
] as const)('the list of orders on the %s API', (name, parse) => {
  const fault = (query: Record<string, unknown>) => refusalOf(() => parse(query)).message;

  it('takes the shared filters and sorts', () => {
    expect(
      parse({
        payment_status: 'captured,voided',
        flags: ['disputed', 'overpaid'],
        customer_email: ' Ada@Example.com ',
        payment_reference: 'pi_1',
        sku: ' SHIRT-M',
        updated_from: '2026-11-01',
        updated_before: '2026-11-21T12:00:00+02:00',
        sort: '-updated_at',
      }),
    ).toStrictEqual({
      limit: 50,
      offset: 0,
      sort: 'updated_at',
      // The Commerce API shows a partly refunded payment as captured.
      paymentStatuses:
        name === 'Commerce' ? ['captured', 'partially_refunded', 'voided'] : ['captured', 'voided'],
      flags: ['disputed', 'overpaid'],
      customerEmail: 'Ada@Example.com',
      paymentReference: 'pi_1',
      sku: 'SHIRT-M',
      updatedFrom: '2026-11-01T00:00:00.000Z',
      updatedBefore: '2026-11-21T10:00:00.000Z',
    });
  });

  it('takes several values with brackets or without, and not both', () => {
    for (const [parameter, values, filter] of [
      ['status', ['shipped', 'cancelled'], 'statuses'],
      ['payment_status', ['refunded', 'voided'], 'paymentStatuses'],
      ['flags', ['disputed', 'overpaid'], 'flags'],
    ] as const) {
      for (const query of [
        { [`${parameter}[]`]: values },
        { [parameter]: values },
        { [parameter]: values.join() },
      ]) {
        expect(parse(query)[filter]).toEqual(values);
      }
      const both = { [parameter]: values[0], [`${parameter}[]`]: values };
      expect(fault(both)).toBe(`${parameter} and ${parameter}[] must not be used together`);
    }
  });

  it('names what is allowed in the place of an unknown value', () => {
    const payments = name === 'Commerce' ? commercePaymentStatuses : paymentStatuses;
    expect(fault({ payment_status: 'paid' })).toBe(
      `payment_status[0] must be one of: ${payments.join(', ')}`,
    );
    expect(fault({ 'flags[]': 'lost' })).toBe(`flags[0] must be one of: ${orderFlags.join(', ')}`);
    expect(fault({ sort: 'email' })).toMatch(/^sort must be one of: created_at, -created_at, updated_at, /);
    expect(fault({ updated_from: 'yesterday' })).toMatch(/^updated_from must be an ISO 8601 date/);
    expect(fault({ customer_email: ' ' })).toBe('customer_email must not be empty');
    expect(fault({ sku: ['A', 'B'] })).toMatch(/^sku must be /);
  });
});

describe('the other filters', () => {
  it('become filters of the list', () => {
    expect(
      parseListOrdersQuery({
        customer_id: 'C3D4E5F6-A7B8-9012-CDEF-345678901234',
        channel: 'web-storefront',
        external_id: '#1001',
        number: 'ORD-10001',
        created_from: '2026-11-01',
        created_before: '2026-11-21T12:00:00.1234567+02:00',
      }),
    ).toStrictEqual({
      limit: 50,
      offset: 0,
      customerId: 'c3d4e5f6-a7b8-9012-cdef-345678901234',
      channel: 'web-storefront',
      externalId: '#1001',
      number: 'ORD-10001',
      createdFrom: '2026-11-01T00:00:00.000Z',
      createdBefore: '2026-11-21T10:00:00.123456Z',
    });
  });

  it.each([
    'yesterday',
    '',
    '2026-02-30',
    '2026-02-30T00:00:00Z',
    '2026-11-21T12:00:00',
    '2026-11-21T12:00:00 02:00',
    '2026-11-21T25:00:00Z',
    '0000-01-01T00:00:00Z',
    '9999-12-31T23:59:59-01:00',
    '1732183200',
  ])('refuse a time of %j', (time) => {
    for (const name of ['created_from', 'created_before']) {
      expect(refusal({ [name]: time })).toMatch(new RegExp(`^${name} must be an ISO 8601 date`));
    }
  });

  it('refuse values that no order can have', () => {
    expect(refusal({ customer_id: 'x' })).toBe('customer_id must be a UUID');
    expect(refusal({ channel: 'a\u0000' })).toBe('channel must not contain control characters');
    expect(refusal({ channel: '' })).toBe('channel must not be empty');
    expect(refusal({ external_id: 'x'.repeat(256) })).toBe('external_id must be at most 255 characters');
    expect(refusal({ number: '' })).toMatch(/^number must /);
  });
});

describe('unknown parameters', () => {
  it.each(['page', 'Limit', '__proto__', 'constructor'])('are refused by name: %s', (name) => {
    const query = JSON.parse(`{"${name}":"1"}`) as Record<string, unknown>;
    expect(refusal(query)).toBe(`${name} is not a known parameter`);
  });
});

describe('the order id of a path', () => {
  const parseOrderId = (orderID: string) =>
    parseInput(getOrder, { params: { orderID }, query: {}, body: undefined }).params.orderID;

  it('is a UUID, and is converted to lower case', () => {
    expect(parseOrderId('A1B2C3D4-E5F6-7890-ABCD-EF1234567890')).toBe('a1b2c3d4-e5f6-7890-abcd-ef1234567890');
  });

  it.each(['', 'x', 'a1b2c3d4-e5f6-7890-abcd-ef123456789', "a1b2c3d4-e5f6-7890-abcd-ef1234567890'"])(
    'is refused as %j',
    (orderId) => {
      expect(refusalOf(() => parseOrderId(orderId)).message).toBe('orderID must be a UUID');
    },
  );
});
