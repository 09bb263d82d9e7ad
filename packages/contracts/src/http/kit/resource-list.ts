import { z } from 'zod';

import { anyOf } from './any-of.js';
import { cursorOf, readCursor } from './cursor.js';
import { parseDateTime } from './date-time.js';
import { listLimit } from './list-parameters.js';
import { storedFields, type Fields } from './stored-field.js';
import { text } from './text-schema.js';

/**
 * A condition on a field: equal to a value (`is`), to one of several (`any_of`), or containing a text in upper or
 * lower case (`contains`).
 */
export type Filter = 'is' | 'any_of' | 'contains';

/** The parts of a resource's declaration that determine its list. */
export interface ListSpec {
  /** The plural, such as `API keys`. */
  readonly nouns: string;
  /** Fields that clients write. An integer field needs limits that fit its column. */
  readonly fields: Fields;
  /** Fields that only the product writes. */
  readonly readOnly?: Fields;
  readonly filters?: Readonly<Record<string, Filter>>;
  /** Fields that a list can be sorted by, in addition to `created_at`. They must not be nullable. */
  readonly sorts?: readonly string[];
  readonly operations: { readonly archive?: unknown };
}

/** The parts of a declared resource that determine its list. */
interface Listed {
  readonly spec: ListSpec;
  readonly params: Fields;
  readonly idParameter: string;
}

/** One of the columns that a list is sorted by. */
export interface SortColumn {
  readonly column: string;
  readonly isDescending: boolean;
}

/** The position of a row in a list: its values in the sort columns, and its id. */
export interface ListPosition {
  readonly values: readonly unknown[];
  readonly id: string;
}

/** The page of a list that a client requests. */
export interface ResourceListQuery {
  readonly limit: number;
  readonly sort: readonly SortColumn[];
  readonly after?: ListPosition;
  readonly filters: readonly { readonly column: string; readonly filter: Filter; readonly value: unknown }[];
  /** Whether the list has only archived rows, instead of only the others. */
  readonly isArchived: boolean;
}

/** Larger than for orders: a cursor holds the values of the sort columns, which may be long texts. */
const longestCursor = 4_096;
const newestFirst = '-created_at';
const createdAt = z.string().refine((time) => parseDateTime(time) === time);

/**
 * The query schema of a resource's list.
 *
 * @param row the schema of a row
 */
export function listParameters({ nouns, filters = {}, sorts, operations }: ListSpec, row: z.ZodObject) {
  const columns = ['created_at', ...(sorts ?? [])];
  const column = `-?(${columns.join('|')})`;
  return z.strictObject({
    limit: listLimit.meta({ description: `How many ${nouns} a page has.` }),
    cursor: text({ minLength: 1, maxLength: longestCursor })
      .optional()
      .meta({ description: 'The `next_cursor` of an earlier page of the same list.' }),
    ...Object.fromEntries(
      Object.entries(filters).map(([name, filter]) => [name, filterParameter(filter, fieldOf(row, name))]),
    ),
    ...(sorts
      ? {
          sort: z
            .string()
            .regex(new RegExp(`^${column}(,${column}){0,${sorts.length}}$`), {
              error: `must be one or more of: ${columns.join(', ')}; with - before it, in descending order`,
            })
            .default(newestFirst)
            .meta({ description: 'Columns, separated by commas. `-` before one: in descending order.' }),
        }
      : {}),
    ...(operations.archive
      ? {
          archived: z
            .enum(['true', 'false'])
            .default('false')
            .meta({ description: `Archived ${nouns} instead of all others.` }),
        }
      : {}),
  });
}

function filterParameter(filter: Filter, field: z.ZodType): z.ZodType {
  const schema = field instanceof z.ZodNullable ? (field.unwrap() as z.ZodType) : field;
  if (filter === 'contains') {
    return text({ minLength: 1, maxLength: 255 })
      .optional()
      .meta({ description: 'A part of it, in upper or lower case.' });
  }
  if (filter === 'any_of' && schema instanceof z.ZodEnum) {
    return anyOf(schema.options.map(String))
      .optional()
      .meta({ description: 'Any of these: repeated, or separated by commas.' });
  }
  if (filter === 'is' && schema instanceof z.ZodBoolean) return z.enum(['true', 'false']).optional();
  if (filter === 'is' && (schema instanceof z.ZodString || schema instanceof z.ZodEnum))
    return schema.optional();
  throw new Error(`a field of this type has no filter "${filter}"`);
}

/**
 * Converts the parsed query of a list.
 *
 * @param parameters as {@link listParameters} parses them
 * @throws RefusedError for a cursor of a list with another sort
 */
export function toListQuery(
  resource: Listed,
  parameters: Readonly<Record<string, unknown>>,
): ResourceListQuery {
  const { filters = {} } = resource.spec;
  const { limit, cursor, sort: wanted = newestFirst, archived } = parameters;
  const sort = sortColumns(String(wanted));
  return {
    limit: Number(limit),
    sort,
    ...(typeof cursor === 'string' ? { after: decodePosition(String(wanted), sort, resource, cursor) } : {}),
    filters: Object.entries(filters).flatMap(([column, filter]) => {
      const value = parameters[column];
      return value === undefined ? [] : [{ column, filter, value }];
    }),
    isArchived: archived === 'true',
  };
}

function sortColumns(sort: string): readonly SortColumn[] {
  return sort.split(',').map((text) => ({
    column: text.replace('-', ''),
    isDescending: text.startsWith('-'),
  }));
}

/** Renders the cursor of the page that begins after a row. */
export function encodePosition(
  parameters: Readonly<Record<string, unknown>>,
  sort: readonly SortColumn[],
  row: Readonly<Record<string, unknown>>,
): string {
  const values = sort.map(({ column }) => row[column]);
  return cursorOf([parameters['sort'] ?? newestFirst, ...values, row['id']]);
}

/** Parses a cursor of this list. Any other text is refused before the database sees a value of it. */
function decodePosition(
  wanted: string,
  sort: readonly SortColumn[],
  { spec, params, idParameter }: Listed,
  cursor: string,
): ListPosition {
  // Keeps the limits of requests: values beyond them may not fit a column.
  const fields: Fields = { ...storedFields({ ...spec.fields, ...spec.readOnly }), created_at: createdAt };
  const schema = z.tuple([
    z.literal(wanted),
    ...sort.map(({ column }) => fields[column] ?? z.never()),
    params[idParameter] ?? z.never(),
  ]);
  const place = readCursor(schema, cursor);
  return { values: place.slice(1, -1), id: String(place.at(-1)) };
}

function fieldOf(row: z.ZodObject, name: string): z.ZodType {
  // zod types the shape loosely; its values are schemas.
  const field = row.shape[name] as z.ZodType | undefined;
  if (!field) throw new Error(`there is no field ${name}`);
  return field;
}
