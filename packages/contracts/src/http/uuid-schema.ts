import { z } from 'zod';

import { fault } from './parse-request.js';

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * An id in the form of a UUID, in lower case afterwards. Version and variant are not looked at: ids from other systems
 * have the form without the meaning, and PostgreSQL takes them all.
 */
export const uuid = z
  .string({ error: fault('must be a UUID') })
  .regex(uuidPattern, { error: 'must be a UUID' })
  .toLowerCase();

/** Whether a text has the form of a UUID. */
export function isUuid(text: string): boolean {
  return uuidPattern.test(text);
}
