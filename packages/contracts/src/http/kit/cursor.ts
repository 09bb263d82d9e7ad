import type { z } from 'zod';

import { invalidRequest } from './invalid-request.js';

/** Renders the place in a list as text that is safe in a URL. Clients give it back and read nothing from it. */
export const cursorOf = (place: unknown): string => Buffer.from(JSON.stringify(place)).toString('base64url');

/**
 * Reads a text of {@link cursorOf}.
 *
 * @param schema of the places in this list; its keys are in the order of the text
 * @throws RefusedError for any other text
 */
export function readCursor<Schema extends z.ZodType>(schema: Schema, cursor: string): z.output<Schema> {
  const result = schema.safeParse(parseJson(Buffer.from(cursor, 'base64url').toString()));
  // Buffers skip characters outside of base64url. Only the exact text of an earlier page is a cursor.
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
