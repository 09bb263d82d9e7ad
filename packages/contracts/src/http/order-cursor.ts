import { z } from 'zod';

import { parseDateTime } from './date-time.js';
import { RequestError } from './request-error.js';
import { isUuid } from './uuid-schema.js';

/** Where the next page of a list begins: after this order, in the list's direction. */
export interface OrderPosition {
  /** ISO 8601 in UTC. */
  readonly createdAt: string;
  readonly id: string;
}

const position = z.strictObject({
  createdAt: z.string().refine((text) => parseDateTime(text) === text),
  id: z.string().refine(isUuid),
});

/** Longer than any cursor that was ever given out. */
export const longestCursor = 512;

/** Renders a position as text that is safe in a URL. Clients give it back and read nothing from it. */
export function encodeCursor({ createdAt, id }: OrderPosition): string {
  return Buffer.from(JSON.stringify({ createdAt, id })).toString('base64url');
}

/**
 * Reads a cursor that {@link encodeCursor} wrote.
 *
 * @throws RequestError for any other text
 */
export function decodeCursor(cursor: string): OrderPosition {
  const result = position.safeParse(parseJson(Buffer.from(cursor, 'base64url').toString()));
  // Buffers skip what is not base64url; only the very text that was given out is a cursor.
  if (result.success && encodeCursor(result.data) === cursor) return result.data;
  throw new RequestError('cursor must be the next_cursor of an earlier page', 'cursor');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
