import { integer } from './integer-schema.js';
import { longestCursor } from './list-cursor.js';
import { text } from './text-schema.js';

/** How many entries a page has when the client does not say. */
const defaultLimit = 50;
const maxLimit = 100;

/** How many entries of a list are wanted. */
export const listLimit = integer(1, maxLimit, '').default(defaultLimit);
/** Where a list goes on. */
export const listCursor = text({ minLength: 1, maxLength: longestCursor }).optional();
