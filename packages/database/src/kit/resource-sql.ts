import type { ListPosition, ResourceListQuery, SortColumn } from '@oms/contracts/http';

import { Prisma } from '../generated/client.js';

/** A row with JSON values. Values of JSON columns are parsed. */
export type PlainRow = Readonly<Record<string, unknown>>;

/** The name of a table or a column. Names come from declarations, never from clients. */
export const name = (text: string): Prisma.Sql => Prisma.raw(`"${text}"`);

/** A list of names, separated by commas. */
export const names = (texts: readonly string[]): Prisma.Sql => Prisma.join(texts.map(name));

/** The conjunction of conditions. */
export const all = (conditions: readonly Prisma.Sql[]): Prisma.Sql => Prisma.join([...conditions], ' AND ');

/** Selects columns of a row that is given as JSON. PostgreSQL converts each value to the type of its column. */
export const populated = (table: string, columns: readonly string[], row: PlainRow): Prisma.Sql =>
  Prisma.sql`SELECT ${names(columns)} FROM jsonb_populate_record(NULL::${name(table)}, ${JSON.stringify(row)}::jsonb)`;

/** Converts the values of a row to JSON: times to ISO 8601, whole numbers to numbers. */
export function plainRow(row: PlainRow): PlainRow {
  return Object.fromEntries(Object.entries(row).map(([column, value]) => [column, plainValue(value)]));
}

function plainValue(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'bigint' ? Number(value) : value;
}

/**
 * The condition of a filter.
 *
 * @param computed the SQL of a computed field; absent for a column
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
      // The filter's schema has parsed a list of strings.
      return Prisma.sql`${field} = ANY (${[...(value as readonly string[])]})`;
    case 'contains':
      return Prisma.sql`${field} ILIKE ${`%${String(value).replaceAll(/[\\%_]/g, '\\$&')}%`}`;
  }
}

/** The sort of a list. Rows with equal values are sorted by their ids. */
export const ordered = (sort: readonly SortColumn[]): Prisma.Sql =>
  Prisma.join(withId(sort).map(({ column, isDescending }) => directed(column, isDescending)));

const directed = (column: string, isDescending: boolean): Prisma.Sql =>
  isDescending ? Prisma.sql`${name(column)} DESC` : name(column);

/**
 * The condition for the rows after a position. Its first part lets PostgreSQL use an index; the others are exact. A
 * row comes after the position if, in one sort column, it is behind, and all columns before that one are equal.
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
