import type { ListPosition, ResourceListQuery, SortColumn } from '@oms/contracts/http';

import { Prisma } from '../generated/client.js';

/** A row as JSON has it, but for values of JSON columns. */
export type PlainRow = Readonly<Record<string, unknown>>;

/** The name of a table or a column. Names come from declarations, never from clients. */
export const name = (text: string): Prisma.Sql => Prisma.raw(`"${text}"`);

/** Names, separated by commas. */
export const names = (texts: readonly string[]): Prisma.Sql => Prisma.join(texts.map(name));

/** All of some conditions. */
export const all = (conditions: readonly Prisma.Sql[]): Prisma.Sql => Prisma.join([...conditions], ' AND ');

/** Columns of a row that JSON holds. PostgreSQL reads each value as the type of its column. */
export const populated = (table: string, columns: readonly string[], row: PlainRow): Prisma.Sql =>
  Prisma.sql`SELECT ${names(columns)} FROM jsonb_populate_record(NULL::${name(table)}, ${JSON.stringify(row)}::jsonb)`;

/** Values as JSON has them: times in ISO 8601, whole numbers as numbers. */
export function plainRow(row: PlainRow): PlainRow {
  return Object.fromEntries(Object.entries(row).map(([column, value]) => [column, plainValue(value)]));
}

function plainValue(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'bigint' ? Number(value) : value;
}

/**
 * The rows that a filter wants.
 *
 * @param computed the SQL of a field that is no column
 */
export function matching(
  table: string,
  computed: Prisma.Sql | undefined,
  { column, filter, value }: ResourceListQuery['filters'][number],
): Prisma.Sql {
  const field = computed ?? name(column);
  switch (filter) {
    case 'is':
      return computed
        ? Prisma.sql`${field} = ${String(value)}`
        : Prisma.sql`${field} = (${populated(table, [column], { [column]: value })})`;
    case 'any_of':
      // The filter's schema has parsed a list of texts.
      return Prisma.sql`${field} = ANY (${[...(value as readonly string[])]})`;
    case 'contains':
      return Prisma.sql`${field} ILIKE ${`%${String(value).replaceAll(/[\\%_]/g, '\\$&')}%`}`;
  }
}

/** The rows of a list, in their order. Rows with equal values are in the order of their ids. */
export const ordered = (sort: readonly SortColumn[]): Prisma.Sql =>
  Prisma.join(withId(sort).map(({ column, isDescending }) => directed(column, isDescending)));

const directed = (column: string, isDescending: boolean): Prisma.Sql =>
  isDescending ? Prisma.sql`${name(column)} DESC` : name(column);

/**
 * The rows after a position. The first condition bounds what is read of an index, the others are exact: a row is behind
 * by one column where all columns before it are equal.
 */
export function behind(table: string, sort: readonly SortColumn[], { values, id }: ListPosition): Prisma.Sql {
  const columns = withId(sort);
  const position = Object.fromEntries(columns.map(({ column }, index) => [column, [...values, id][index]]));
  const valueOf = (column: string): Prisma.Sql => Prisma.sql`(${populated(table, [column], position)})`;
  const compared = ({ column, isDescending }: SortColumn): Prisma.Sql =>
    Prisma.sql`${name(column)} ${Prisma.raw(isDescending ? '<' : '>')} ${valueOf(column)}`;
  const exact = columns.map((column, index) =>
    all([
      ...columns
        .slice(0, index)
        .map((before) => Prisma.sql`${name(before.column)} = ${valueOf(before.column)}`),
      compared(column),
    ]),
  );
  const [first] = columns;
  const bound =
    first &&
    Prisma.sql`${name(first.column)} ${Prisma.raw(first.isDescending ? '<=' : '>=')} ${valueOf(first.column)}`;
  return Prisma.sql`${bound ?? Prisma.sql`true`} AND (${Prisma.join(exact, ' OR ')})`;
}

function withId(sort: readonly SortColumn[]): readonly SortColumn[] {
  return [...sort, { column: 'id', isDescending: sort.at(-1)?.isDescending ?? false }];
}
