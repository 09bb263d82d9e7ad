import type { OrderPosition, OrderSort, RefusedError } from '@oms/domain';
import { z } from 'zod';

import { parseDateTime } from './date-time.js';
import { invalidRequest } from './invalid-request.js';
import { isUuid } from './uuid-schema.js';

const time = z.string().refine((text) => parseDateTime(text) === text);
const number = z.string().regex(/^\d{1,40}$/);
const id = z.string().refine(isUuid);
const position = z.union([
  z.strictObject({ createdAt: time, id }),
  z.strictObject({ sort: z.literal('updated_at'), value: time, id }),
  z.strictObject({ sort: z.literal(['order_number', 'total']), value: number, id }),
]);

/** Longer than any cursor that was ever given out. */
export const longestCursor = 512;

/** Renders a position as text that is safe in a URL. Clients give it back and read nothing from it. */
export function encodeCursor(position: OrderPosition): string {
  const { id } = position;
  const text =
    'createdAt' in position
      ? { createdAt: position.createdAt, id }
      : { sort: position.sort, value: position.value, id };
  return Buffer.from(JSON.stringify(text)).toString('base64url');
}

/** What the list was sorted by that a position is of. */
export function sortOf(position: OrderPosition): OrderSort {
  return 'createdAt' in position ? 'created_at' : position.sort;
}

/**
 * Reads a cursor that {@link encodeCursor} wrote.
 *
 * @throws RefusedError for any other text
 */
export function decodeCursor(cursor: string): OrderPosition {
  const result = position.safeParse(parseJson(Buffer.from(cursor, 'base64url').toString()));
  // Buffers skip what is not base64url; only the very text that was given out is a cursor.
  if (result.success && encodeCursor(result.data) === cursor) return result.data;
  throw foreignCursor();
}

/** The refusal of a cursor that no list gave, or another one. */
export const foreignCursor = (): RefusedError =>
  invalidRequest('cursor must be the next_cursor of an earlier page', 'cursor');

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
