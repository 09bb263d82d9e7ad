import { z } from 'zod';

import { fault } from './parse-request.js';

/** What a UUID looks like. */
export const uuidPattern = /^[0-9A-Fa-f]{8}-([0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}$/;

/**
 * An id in the form of a UUID, in lower case afterwards. Version and variant are not looked at: ids from other systems
 * have the form without the meaning, and PostgreSQL takes them all.
 */
export const uuid = z
  .string({ error: fault('must be a UUID') })
  .regex(uuidPattern, { error: 'must be a UUID' })
  .toLowerCase()
  .meta({ format: 'uuid' });

/** The UUID that a text is, in lower case; `undefined` for any other text. */
export function uuidOf(text: string): string | undefined {
  return isUuid(text) ? text.toLowerCase() : undefined;
}

/** Whether a text has the form of a UUID. */
export function isUuid(text: string): boolean {
  return uuidPattern.test(text);
}
