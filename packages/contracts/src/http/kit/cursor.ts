import type { z } from 'zod';

import { invalidRequest } from './invalid-request.js';

/** Renders the place in a list as URL-safe text, which clients send back unread. */
export const cursorOf = (place: unknown): string => Buffer.from(JSON.stringify(place)).toString('base64url');

/**
 * Parses a text that {@link cursorOf} rendered.
 *
 * @param schema of a place in the list; its keys have the order of the rendered text
 * @throws RefusedError for any other text
 */
export function readCursor<Schema extends z.ZodType>(schema: Schema, cursor: string): z.output<Schema> {
  const result = schema.safeParse(parseJson(Buffer.from(cursor, 'base64url').toString()));
  // `Buffer.from` ignores characters outside of base64url. Only the exact text of an earlier page is a valid cursor.
  if (result.success && cursorOf(result.data) === cursor) return result.data;
  throw invalidRequest('cursor must be the next_cursor of an earlier page', 'cursor');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
