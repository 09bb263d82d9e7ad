import { z } from 'zod';

/** Bodies of requests, by their names in the OpenAPI document. */
export const namedBodies = z.registry<{ id: string }>();

/** Bodies of answers and their parts, by their names in the OpenAPI document. */
export const namedResources = z.registry<{ id: string }>();

/** The name of a schema; `undefined` for one that the document shows in place. */
export function nameOf(schema: z.ZodType): string | undefined {
  return (namedBodies.get(schema) ?? namedResources.get(schema))?.id;
}
