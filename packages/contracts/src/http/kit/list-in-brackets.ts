import { z } from 'zod';

/**
 * A query with a list parameter that may be written with brackets (`status[]=draft&status[]=confirmed`) or without. A
 * query that uses both is refused.
 */
export function listInBrackets<Schema extends z.ZodObject>(name: string, schema: Schema) {
  const bracketed = `${name}[]`;
  return z.preprocess((query, context) => {
    const { [bracketed]: listed, ...rest } = query as Readonly<Record<string, unknown>>;
    if (listed === undefined) return rest;
    if (rest[name] === undefined) return { ...rest, [name]: listed };
    const message = `and ${bracketed} must not be used together`;
    context.issues.push({ code: 'custom', path: [name], message, input: query });
    return z.NEVER;
  }, schema);
}
