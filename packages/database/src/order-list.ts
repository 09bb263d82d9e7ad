import type { OrderStatus, TenantScope, OrderListQuery, OrderPosition, OrderSort } from '@oms/domain';

import type { Database } from './database.js';
import { Prisma } from './generated/client.js';

/** What a list is sorted by: an expression that an index is over, how it is written, and its type. */
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

/** The expressions are those of the indexes `orders_…_sort_idx`, letter by letter. */
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
  /** Absent on the last page. */
  readonly next?: OrderPosition;
}

/**
 * Finds a page of orders. Sorted by their creation, each status is read from its own index range and the ranges are
 * merged, so that a page costs the same however many orders of other statuses lie between. In other lists, orders of
 * other statuses are read over.
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
  const found = await prisma.$queryRaw<{ id: string; value: string }[]>`
    SELECT id, value FROM (${Prisma.join(ranges, ' UNION ALL ')}) AS candidates
    ORDER BY key ${direction}, id ${direction} LIMIT ${limit + 1} OFFSET ${offset}`;
  const page = found.slice(0, limit);
  const last = page.at(-1);
  return {
    ids: page.map(({ id }) => id),
    ...(last && found.length > limit ? { next: positionOf(sort, last) } : {}),
  };
}

/** The statuses of each part of the index that is read; none: whatever the status. */
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
    ...(number ? [Prisma.sql`number = ${number}`] : []),
    ...(createdFrom ? [Prisma.sql`created_at >= ${createdFrom}::timestamptz`] : []),
    ...(createdBefore ? [Prisma.sql`created_at < ${createdBefore}::timestamptz`] : []),
    ...(after ? [Prisma.sql`(${key}, id) ${further} (${valueOf(after)}::${type}, ${after.id}::uuid)`] : []),
  ];
}

const valueOf = (position: OrderPosition): string =>
  'createdAt' in position ? position.createdAt : position.value;
