import { orderSorts } from '@oms/domain';
import { describe, expect, it } from 'vitest';

import { encodeCursor } from '../../kit/list-cursor.js';
import { parseBody } from '../../kit/parse-operation.js';
import { parseCreateSalesOrder, parseListSalesOrdersQuery } from '../../testing/parsed.js';
import { createSalesOrderExample } from './sales-order-examples.js';
import { changeSalesOrderStatus, editSalesOrder } from './sales-order-operations.js';
import { hashOfSalesOrder, toDraft } from './sales-order.js';

const uuid = 'c3d4e5f6-a7b8-9012-cdef-345678901234';
const other = 'd4e5f6a7-b8c9-0123-def0-456789012345';
const tenantId = '11111111-2222-3333-4444-555555555555';
const product = (priceMinor: number) => ({
  ...{ id: 'prod_01JM5XQVZ3K7', title: 'Desk Lamp', currency: 'USD' },
  variants: [{ id: 'c3d4e5f6-a7b8-9012-cdef-345678901234', priceMinor, requiresShipping: true }],
});
const [line] = createSalesOrderExample.line_items;
const body = (changes: Record<string, unknown> = {}) => ({ ...createSalesOrderExample, ...changes });
const refusalOf = (parse: () => unknown) => {
  try {
    parse();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

describe('the body of a draft', () => {
  it("fixes the price that it names, or else the product's", () => {
    const priced = toDraft(tenantId, parseCreateSalesOrder(body()), [product(5)]);
    expect(priced.lines).toMatchObject([{ unitPriceMinor: 12_999 }]);
    const items = [{ product_id: 'prod_01JM5XQVZ3K7', quantity: 2 }];
    const unpriced = parseCreateSalesOrder(body({ line_items: items }));
    expect(toDraft(tenantId, unpriced, [product(5)]).totals).toMatchObject({ totalMinor: 10 });
    const inEuros = parseCreateSalesOrder(body({ line_items: items, currency: 'EUR' }));
    expect(refusalOf(() => toDraft(tenantId, inEuros, [product(5)]))).toMatch(/unit_price is required/);
  });

  it('has a hash of its content alone: neither spelling nor catalogue change it', () => {
    const hash = (changes: Record<string, unknown>) =>
      hashOfSalesOrder(tenantId, parseCreateSalesOrder(body(changes)));
    const items = (changes: Record<string, unknown>) => ({ line_items: [{ ...line, ...changes }] });
    expect(hash(items({ unit_price: '129.990' }))).toBe(hash({}));
    expect(hash({ shipping_method: null })).toBe(hash({}));
    for (const other of [
      items({ unit_price: 129.98 }),
      items({ unit_price: undefined }),
      items({ quantity: 3 }),
      items({ variant_id: 'var_00000000000000000000000001' }),
      { customer_id: 'cust_2' },
      { discount_amount: '1.00' },
    ]) {
      expect(hash(other)).not.toBe(hash({}));
    }
  });

  it.each([
    [{ customer_id: undefined }, 'customer_id is required'],
    [{ customer_id: 'C-1' }, 'customer_id must be a customer id, such as cust_01J9RPMNVK4W'],
    [{ line_items: [] }, 'line_items must have at least 1 entry'],
    [{ line_items: [{ ...line, product_id: 'x' }] }, 'line_items[0].product_id must be a product id'],
    [{ line_items: [{ ...line, quantity: 0 }] }, 'line_items[0].quantity must be a positive integer'],
    [{ currency: 'usd' }, 'currency must be an ISO 4217 currency code'],
    [{ payment_provider: 'stripe' }, 'payment_reference is required'],
    [{ payment_reference: 'pi_1' }, 'payment_provider is required'],
    [{ status: 'confirmed' }, 'status is not a known field'],
  ])('is refused with %j', (changes, message) => {
    expect(refusalOf(() => parseCreateSalesOrder(body(changes)))).toContain(message);
  });
});

describe('the body of an edit', () => {
  it('names something to change', () => {
    expect(refusalOf(() => parseBody(editSalesOrder, {}))).toBe(
      'the body must name at least one field to change',
    );
    expect(parseBody(editSalesOrder, { shipping_address: null })).toEqual({ shipping_address: null });
  });
});

describe('the body of a status', () => {
  it.each([
    [{ status: 'delivered', carrier: 'UPS' }, 'carrier is only for the status shipped'],
    [{ status: 'closed', reason: 'done' }, 'reason is only for the status cancelled'],
    [{ status: 'lost' }, 'status must be one of: draft, pending, confirmed'],
    [{}, 'status is required'],
  ])('is refused: %j', (status, message) => {
    expect(refusalOf(() => parseBody(changeSalesOrderStatus, status))).toContain(message);
  });
});

describe('the query of a list', () => {
  const parse = (query: Record<string, unknown>) => parseListSalesOrdersQuery(tenantId, query);

  it('takes statuses with brackets and without, one or several', () => {
    const both = ['draft', 'confirmed'];
    expect(parse({ 'status[]': both }).statuses).toEqual(both);
    expect(parse({ 'status[]': 'draft' }).statuses).toEqual(['draft']);
    expect(parse({ status: both }).statuses).toEqual(both);
    expect(parse({ status: 'draft,confirmed' }).statuses).toEqual(both);
    expect(refusalOf(() => parse({ status: 'draft', 'status[]': 'draft' }))).toMatch(/together/);
  });

  it.each(orderSorts)('sorts by %s ascending, descending with a minus, and continues at a cursor', (sort) => {
    const value = sort === 'updated_at' ? '2026-11-21T10:00:00.123Z' : '10001';
    const after =
      sort === 'created_at' ? { createdAt: '2026-11-21T10:00:00.123Z', id: uuid } : { sort, value, id: uuid };
    const by = sort === 'created_at' ? {} : { sort };
    expect(parse({ sort, cursor: encodeCursor(after) })).toStrictEqual({
      ...{ limit: 50, offset: 0, ...by, isAscending: true, after },
    });
    const last = { sort: '-updated_at', value, id: uuid } as const;
    const positions = sort === 'updated_at' ? [last, { ...last, first: { value, id: other } }] : [after];
    for (const position of positions) {
      expect(parse({ sort: `-${sort}`, cursor: encodeCursor(position) })).toStrictEqual({
        ...{ limit: 50, offset: 0, ...by, after: position },
      });
    }
  });

  it('sorts the newest first by default', () => {
    expect(parse({}).isAscending).toBeUndefined();
    expect(parse({ sort: '-created_at' }).isAscending).toBeUndefined();
    expect(parse({ sort: 'created_at' }).isAscending).toBe(true);
  });

  it.each([
    [
      { sort: 'amount' },
      'sort must be one of: created_at, -created_at, updated_at, -updated_at, order_number, -order_number, total, -total',
    ],
    [
      { sort: '-total', cursor: encodeCursor({ sort: 'order_number', value: '10001', id: uuid }) },
      'cursor is of a list that is sorted by order_number, not total',
    ],
    [
      { cursor: encodeCursor({ sort: 'total', value: '1', id: uuid }) },
      'cursor is of a list that is sorted by total, not created_at',
    ],
    [
      {
        sort: '-updated_at',
        cursor: encodeCursor({ sort: 'updated_at', value: '2026-11-21T10:00:00.123Z', id: uuid }),
      },
      'cursor is of a list that is sorted by updated_at, not -updated_at',
    ],
    [
      {
        sort: 'updated_at',
        cursor: encodeCursor({ sort: '-updated_at', value: '2026-11-21T10:00:00.123Z', id: uuid }),
      },
      'cursor is of a list that is sorted by -updated_at, not updated_at',
    ],
    [
      { sort: 'total', cursor: encodeCursor({ createdAt: '2026-11-21T10:00:00.123Z', id: uuid }) },
      'cursor is of',
    ],
    [
      { sort: 'total', cursor: encodeCursor({ sort: 'total', value: '1; --', id: uuid }) },
      'cursor must be the next_cursor',
    ],
    [{ customer_id: 'x' }, 'customer_id must be a customer id'],
    [{ status: 'open' }, 'must be one of: draft'],
    [{ channel: 'web' }, 'channel is not a known parameter'],
  ])('is refused: %j', (query, message) => {
    expect(refusalOf(() => parse(query))).toContain(message);
  });
});
