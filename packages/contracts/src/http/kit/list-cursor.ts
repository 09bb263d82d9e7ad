import type { OrderPosition, OrderSort } from '@oms/domain';
import { z } from 'zod';

import { cursorOf, readCursor } from './cursor.js';
import { parseDateTime } from './date-time.js';
import { isUuid } from './uuid-schema.js';

const time = z.string().refine((text) => parseDateTime(text) === text);
const number = z.string().regex(/^\d{1,40}$/);
const id = z.string().refine(isUuid);
const position = z.union([
  z.strictObject({ createdAt: time, id }),
  z.strictObject({ sort: z.literal('updated_at'), value: time, id }),
  z.strictObject({ sort: z.literal('-updated_at'), value: time, id }),
  z.strictObject({
    ...{ sort: z.literal('-updated_at'), value: time, id },
    first: z.strictObject({ value: time, id }),
  }),
  z.strictObject({ sort: z.literal(['order_number', 'total']), value: number, id }),
]);

/** An upper bound for the length of a cursor of the list of orders. */
export const longestCursor = 512;

/** Renders a position as URL-safe text, which clients send back unread. */
export function encodeCursor(position: OrderPosition): string {
  const { id } = position;
  if ('createdAt' in position) return cursorOf({ createdAt: position.createdAt, id });
  const { sort, value } = position;
  const first = sort === '-updated_at' ? position.first : undefined;
  return cursorOf({ sort, value, id, ...(first ? { first: { value: first.value, id: first.id } } : {}) });
}

/** The sort of the list that a position belongs to. */
export function sortOf(position: OrderPosition): OrderSort | '-updated_at' {
  return 'createdAt' in position ? 'created_at' : position.sort;
}

/**
 * Parses a cursor that {@link encodeCursor} rendered.
 *
 * @throws RefusedError for any other text
 */
export const decodeCursor = (cursor: string): OrderPosition => readCursor(position, cursor);
