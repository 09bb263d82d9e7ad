import { integer } from './integer-schema.js';
import { longestCursor } from './list-cursor.js';
import { text } from './text-schema.js';

/** The number of entries of a page whose client names none. */
const defaultLimit = 50;
const maxLimit = 100;

/** The `limit` parameter of a list: the number of entries of a page. */
export const listLimit = integer(1, maxLimit, '').default(defaultLimit);
/** The `cursor` parameter of a list: the start of the next page. */
export const listCursor = text({ minLength: 1, maxLength: longestCursor }).optional();

/** The parameters of a list that has pages by cursor alone. */
export const pageParameters = {
  limit: listLimit,
  cursor: listCursor.meta({
    description:
      'The `next_cursor` of an earlier page. Pages by cursor neither skip nor repeat an entry while others are added or changed.',
  }),
};
