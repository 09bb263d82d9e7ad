import type { OrderStatus, TenantScope, OrderListQuery, OrderPosition, OrderSort } from '@oms/domain';

import type { Database } from '../kit/database.js';
import { Prisma } from '../generated/client.js';

/** The sort key of a list: the indexed expression, its text form, and its type. */
interface SortKey {
  readonly key: Prisma.Sql;
  readonly text: Prisma.Sql;
  readonly type: Prisma.Sql;
}

const timeKey = (column: Prisma.Sql): SortKey => ({
  key: column,
  text: Prisma.sql`to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`,
  type: Prisma.sql`timestamptz`,
});
const numberKey = (key: Prisma.Sql): SortKey => ({
  key,
  text: Prisma.sql`${key}::text`,
  type: Prisma.sql`numeric`,
});

/** These expressions equal those of the indexes `orders_…_sort_idx` exactly. */
const sortKeys: Readonly<Record<OrderSort, SortKey>> = {
  created_at: timeKey(Prisma.sql`created_at`),
  updated_at: timeKey(Prisma.sql`updated_at`),
  order_number: numberKey(Prisma.sql`(coalesce(substring(number from '[0-9]+$'), '0')::numeric)`),
  total: numberKey(
    Prisma.sql`(total_minor::numeric * (ARRAY[10000, 1000, 100, 10, 1])[currency_exponent + 1])`,
  ),
};

/** The ids of a page of orders, in its order. */
export interface ListedOrders {
  readonly ids: readonly string[];
  /** Fewer than requested if a page may not hold more. */
  readonly limit: number;
  /** Absent on the last page. */
  readonly next?: OrderPosition;
}

/**
 * The limit of a page's size, with orders of any size: a line counts as 1, and so does a kibibyte of metadata and
 * addresses.
 */
const maxWeight = 1_000;

/**
 * Finds a page of orders. It ends early, with at least one order, before it holds more than {@link maxWeight}. In a
 * list sorted by creation, each status is read from its own index range and the ranges are merged, so that orders of
 * other statuses between them cost nothing. Other lists skip orders of other statuses one by one.
 */
export async function listOrderIds(
  { prisma }: Database,
  scope: TenantScope,
  query: OrderListQuery,
): Promise<ListedOrders> {
  const { sort = 'created_at', limit, offset } = query;
  const { key, text } = sortKeys[sort];
  const direction = query.isAscending === true ? Prisma.sql`ASC` : Prisma.sql`DESC`;
  const ranges = rangesOf(query).map(
    (statuses) => Prisma.sql`
      (SELECT id, ${key} AS key, ${text} AS value FROM orders
      WHERE ${Prisma.join(conditions(scope, query, statuses), ' AND ')}
      ORDER BY ${key} ${direction}, id ${direction} LIMIT ${offset + limit + 1})`,
  );
  const found = await prisma.$queryRaw<Found[]>`
    SELECT id, value,
      (SELECT count(*)::int FROM order_lines WHERE order_id = page.id) + (
        octet_length(metadata::text) + octet_length(coalesce(shipping_address::text, ''))
        + octet_length(coalesce(billing_address::text, ''))) / 1024 AS weight
    FROM (
      SELECT id, key, value FROM (${Prisma.join(ranges, ' UNION ALL ')}) AS candidates
      ORDER BY key ${direction}, id ${direction} LIMIT ${limit + 1} OFFSET ${offset}
    ) AS page JOIN orders USING (id)
    ORDER BY page.key ${direction}, id ${direction}`;
  const page = found.slice(0, Math.min(limit, countWithin(found)));
  const last = page.at(-1);
  return {
    ids: page.map(({ id }) => id),
    limit: page.length < Math.min(limit, found.length) ? page.length : limit,
    ...(last && found.length > page.length ? { next: positionOf(sort, last) } : {}),
  };
}

interface Found {
  readonly id: string;
  readonly value: string;
  readonly weight: number;
}

/** The number of orders that fit in a page: one at least. */
function countWithin(found: readonly Found[]): number {
  let weight = 0;
  const excess = found.findIndex((order, index) => (weight += order.weight) > maxWeight && index > 0);
  return excess === -1 ? found.length : excess;
}

/** The statuses of each index range to read; empty: any status. */
function rangesOf({ sort = 'created_at', statuses = [] }: OrderListQuery): readonly OrderStatus[][] {
  const wanted = [...new Set(statuses)];
  return sort === 'created_at' && wanted.length > 0 ? wanted.map((status) => [status]) : [wanted];
}

function positionOf(
  sort: OrderSort,
  { id, value }: { readonly id: string; readonly value: string },
): OrderPosition {
  return sort === 'created_at' ? { createdAt: value, id } : { sort, value, id };
}

function conditions(
  scope: TenantScope,
  query: OrderListQuery,
  statuses: readonly OrderStatus[],
): Prisma.Sql[] {
  const { customerId, channel, externalId, number, createdFrom, createdBefore, after } = query;
  const further = query.isAscending === true ? Prisma.sql`>` : Prisma.sql`<`;
  const { key, type } = sortKeys[query.sort ?? 'created_at'];
  return [
    Prisma.sql`tenant_id = ${scope.tenantId}::uuid`,
    Prisma.sql`org_id = ${scope.orgId}::uuid`,
    ...(statuses.length > 0 ? [Prisma.sql`status IN (${Prisma.join([...statuses])})`] : []),
    ...(customerId ? [Prisma.sql`customer_id = ${customerId}::uuid`] : []),
    ...(channel ? [Prisma.sql`channel = ${channel}`] : []),
    ...(externalId ? [Prisma.sql`external_id = ${externalId}`] : []),
    ...(number ? [numbered(number)] : []),
    ...(createdFrom ? [Prisma.sql`created_at >= ${createdFrom}::timestamptz`] : []),
    ...(createdBefore ? [Prisma.sql`created_at < ${createdBefore}::timestamptz`] : []),
    ...(after ? [Prisma.sql`(${key}, id) ${further} (${valueOf(after)}::${type}, ${after.id}::uuid)`] : []),
  ];
}

/** The digits of a tenant's numbers are unique, whatever prefix the tenant had at the time. */
const numbered = (number: string): Prisma.Sql =>
  /^\d+$/.test(number)
    ? Prisma.sql`${sortKeys.order_number.key} = ${number}::numeric`
    : Prisma.sql`number = ${number}`;

const valueOf = (position: OrderPosition): string =>
  'createdAt' in position ? position.createdAt : position.value;
