import { z } from 'zod';

import { fault } from './parse-request.js';

/** The form of a UUID, of any version and variant. */
export const uuidPattern = /^[0-9A-Fa-f]{8}-([0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}$/;

/**
 * The schema of a UUID, which it converts to lower case. Version and variant are not checked: ids of other systems
 * often have invalid ones, and PostgreSQL accepts them.
 */
export const uuid = z
  .string({ error: fault('must be a UUID') })
  .regex(uuidPattern, { error: 'must be a UUID' })
  .toLowerCase()
  .meta({ format: 'uuid' });

/** A UUID in lower case; `undefined` for a text that is not a UUID. */
export function uuidOf(text: string): string | undefined {
  return isUuid(text) ? text.toLowerCase() : undefined;
}

/** Whether a text has the form of a UUID. */
export function isUuid(text: string): boolean {
  return uuidPattern.test(text);
}
