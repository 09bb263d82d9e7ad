import {
  paymentProviderNames,
  type LastChangedPosition,
  type OrderListQuery,
  type OrderPosition,
  type OrderSort,
  type TenantScope,
} from '@oms/domain';

import type { Database } from '../kit/database.js';
import { present } from '../kit/present.js';
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
 * Finds a page of orders. It ends early, with at least one order, before it holds more than {@link maxWeight}. A list
 * is merged of ranges without common orders. In a list sorted by creation, each status is a range of its own index, so
 * that orders of other statuses between them cost nothing. Other lists skip orders of other statuses one by one.
 */
export async function listOrderIds(
  database: Database,
  scope: TenantScope,
  query: OrderListQuery,
): Promise<ListedOrders> {
  const { sort = 'created_at', isAscending = false, limit } = query;
  if (sort === 'updated_at' && !isAscending) return listLastChanged(database, scope, query);
  const found = await find(database, scope, query);
  return pageOf(found, limit, (last) =>
    sort === 'created_at' ? { createdAt: last.value, id: last.id } : { sort, value: last.value, id: last.id },
  );
}

/** Finds a page of the last changed. {@link LastChangedPosition} tells how the list continues after its last order. */
async function listLastChanged(
  database: Database,
  scope: TenantScope,
  query: OrderListQuery,
): Promise<ListedOrders> {
  const { limit, offset, after } = query;
  if (after === undefined || !('value' in after)) {
    const found = await find(database, scope, query);
    // A page that skips orders is not the list's beginning.
    const [first] = offset === 0 ? found : await find(database, scope, { ...query, offset: 0, limit: 0 });
    return pageOf(found, limit, (last) => ({ ...positionAt(last), ...present('first', first) }));
  }
  const first = 'first' in after ? after.first : undefined;
  const below = first ? await find(database, scope, query) : [];
  const changed =
    below.length > limit
      ? []
      : await find(database, scope, {
          ...{ ...query, isAscending: true, limit: limit - below.length },
          after: positionAt(first ?? after),
        });
  // An order that changes between the two statements is in both.
  const above = changed.filter(({ id }) => !below.some((order) => order.id === id));
  return pageOf([...below, ...above], limit, (last) => ({
    ...positionAt(last),
    ...present('first', below.includes(last) ? first : undefined),
  }));
}

const positionAt = ({ value, id }: Pick<Found, 'value' | 'id'>): LastChangedPosition => ({
  ...{ sort: '-updated_at', value, id },
});

function pageOf(
  found: readonly Found[],
  limit: number,
  positionOf: (last: Found) => OrderPosition,
): ListedOrders {
  const page = found.slice(0, Math.min(limit, countWithin(found)));
  const last = page.at(-1);
  return {
    ids: page.map(({ id }) => id),
    limit: page.length < Math.min(limit, found.length) ? page.length : limit,
    ...(last && found.length > page.length ? { next: positionOf(last) } : {}),
  };
}

/** Finds the orders of a page and the one behind it. */
function find({ prisma }: Database, scope: TenantScope, query: OrderListQuery): Promise<Found[]> {
  const { sort = 'created_at', limit, offset } = query;
  const { key, text } = sortKeys[sort];
  const direction = query.isAscending === true ? Prisma.sql`ASC` : Prisma.sql`DESC`;
  const ranges = rangesOf(query).map(
    (range) => Prisma.sql`
      (SELECT id, ${key} AS key, ${text} AS value FROM orders
      WHERE ${Prisma.join([...conditions(scope, query), ...range], ' AND ')}
      ORDER BY ${key} ${direction}, id ${direction} LIMIT ${offset + limit + 1})`,
  );
  return prisma.$queryRaw<Found[]>`
    SELECT id, value,
      (SELECT count(*)::int FROM order_lines WHERE order_id = page.id) + (
        octet_length(metadata::text) + octet_length(coalesce(shipping_address::text, ''))
        + octet_length(coalesce(billing_address::text, '')) + octet_length(coalesce(note, ''))
        + octet_length(tags::text)) / 1024 AS weight
    FROM (
      SELECT id, key, value FROM (${Prisma.join(ranges, ' UNION ALL ')}) AS candidates
      ORDER BY key ${direction}, id ${direction} LIMIT ${limit + 1} OFFSET ${offset}
    ) AS page JOIN orders USING (id)
    ORDER BY page.key ${direction}, id ${direction}`;
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

/** The conditions of each range to read. */
function rangesOf({
  sort = 'created_at',
  statuses = [],
  paymentStatuses = [],
  customerEmail,
}: OrderListQuery): readonly Prisma.Sql[][] {
  const isByCreation = sort === 'created_at';
  const ofStatus = oneOf(Prisma.sql`status`, statuses, isByCreation);
  // With a status, the index of the statuses is read.
  const ofPayment = oneOf(Prisma.sql`payment_status`, paymentStatuses, isByCreation && statuses.length === 0);
  const ofEmail = customerEmail === undefined ? [[]] : addressedTo(customerEmail);
  return ofEmail.flatMap((email) =>
    ofStatus.flatMap((status) => ofPayment.map((payment) => [...email, ...status, ...payment])),
  );
}

/** A column with any of some values: one range, or a range for each value. */
function oneOf(column: Prisma.Sql, values: readonly string[], isSplit: boolean): readonly Prisma.Sql[][] {
  const wanted = [...new Set(values)];
  if (wanted.length === 0) return [[]];
  if (isSplit) return wanted.map((value) => [Prisma.sql`${column} = ${value}`]);
  return [[Prisma.sql`${column} IN (${Prisma.join(wanted)})`]];
}

/** Orders that are shipped to an e-mail address, and orders that are only billed to it. Each has its index. */
function addressedTo(email: string): readonly Prisma.Sql[][] {
  const shipping = Prisma.sql`lower(shipping_address ->> 'email')`;
  const billing = Prisma.sql`lower(billing_address ->> 'email')`;
  return [
    [Prisma.sql`shipping_address ->> 'email' IS NOT NULL`, Prisma.sql`${shipping} = lower(${email})`],
    [
      Prisma.sql`billing_address ->> 'email' IS NOT NULL`,
      Prisma.sql`${billing} = lower(${email})`,
      Prisma.sql`${shipping} IS DISTINCT FROM lower(${email})`,
    ],
  ];
}

function conditions(scope: TenantScope, query: OrderListQuery): Prisma.Sql[] {
  const { customerId, channel, externalId, number, sku, paymentReference, flags = [] } = query;
  const { createdFrom, createdBefore, updatedFrom, updatedBefore, after } = query;
  const further = query.isAscending === true ? Prisma.sql`>` : Prisma.sql`<`;
  const { key, type } = sortKeys[query.sort ?? 'created_at'];
  return [
    Prisma.sql`tenant_id = ${scope.tenantId}::uuid`,
    Prisma.sql`org_id = ${scope.orgId}::uuid`,
    ...(flags.length > 0 ? [Prisma.sql`flags <> '{}' AND flags && ${[...flags]}::text[]`] : []),
    ...(customerId ? [Prisma.sql`customer_id = ${customerId}::uuid`] : []),
    ...(channel ? [Prisma.sql`channel = ${channel}`] : []),
    ...(externalId ? [Prisma.sql`external_id = ${externalId}`] : []),
    ...(number ? [numbered(number)] : []),
    ...(paymentReference ? [paidBy(paymentReference)] : []),
    ...(sku
      ? [Prisma.sql`EXISTS (SELECT FROM order_lines WHERE order_id = orders.id AND order_lines.sku = ${sku})`]
      : []),
    ...(createdFrom ? [Prisma.sql`created_at >= ${createdFrom}::timestamptz`] : []),
    ...(createdBefore ? [Prisma.sql`created_at < ${createdBefore}::timestamptz`] : []),
    ...(updatedFrom ? [Prisma.sql`updated_at >= ${updatedFrom}::timestamptz`] : []),
    ...(updatedBefore ? [Prisma.sql`updated_at < ${updatedBefore}::timestamptz`] : []),
    ...(after ? [Prisma.sql`(${key}, id) ${further} (${valueOf(after)}::${type}, ${after.id}::uuid)`] : []),
  ];
}

/** With the names of the providers, since the index of the references begins with them. */
const paidBy = (reference: string): Prisma.Sql =>
  Prisma.sql`payment_provider IN (${Prisma.join([...paymentProviderNames])}) AND payment_reference = ${reference}`;

/** The digits of a tenant's numbers are unique, whatever prefix the tenant had at the time. */
const numbered = (number: string): Prisma.Sql =>
  /^\d+$/.test(number)
    ? Prisma.sql`${sortKeys.order_number.key} = ${number}::numeric`
    : Prisma.sql`number = ${number}`;

const valueOf = (position: OrderPosition): string =>
  'createdAt' in position ? position.createdAt : position.value;
