import { z } from 'zod';

import { absent } from './parse-request.js';
import { uuid } from './uuid-schema.js';

/** The id of an order on the Orders API. */
export const orderUuid = uuid.meta({
  description: 'UUID of the order.',
  example: 'a1b2c3d4-e5f6-7890-abcd-ef1234567890',
});

/** The id of a part of an order, or of another resource of the Orders API. */
export const partUuid = uuid.meta({ description: 'UUID, as it was answered when it was made.' });

/**
 * The schema of an id that is not a plain UUID. A text that cannot be such an id is answered 404.
 *
 * @param noun the resource that the id names, such as `order`
 * @param idOf converts the text to the stored id; `undefined` for a text that cannot be one
 */
export function pathId<Id = string>(
  noun: string,
  description: string,
  pattern: RegExp,
  idOf: (text: string) => Id | undefined,
) {
  return z
    .string()
    .transform((text, context) => {
      const id = idOf(text);
      if (id !== undefined) return id;
      context.issues.push({ code: 'custom', input: text, params: absent(noun) });
      return z.NEVER;
    })
    .meta({ description, pattern: pattern.source });
}
