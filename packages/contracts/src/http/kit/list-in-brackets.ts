import { z } from 'zod';

/**
 * A query with list parameters that may be written with brackets (`status[]=draft&status[]=confirmed`) or without. A
 * query that uses both for one parameter is refused.
 */
export function listInBrackets<Schema extends z.ZodObject>(
  names: readonly (keyof Schema['shape'] & string)[],
  schema: Schema,
) {
  return z.preprocess((query, context) => {
    const given = { ...(query as Readonly<Record<string, unknown>>) };
    for (const name of names) {
      const bracketed = `${name}[]`;
      const { [bracketed]: listed } = given;
      if (listed === undefined) continue;
      if (given[name] !== undefined) {
        const message = `and ${bracketed} must not be used together`;
        context.issues.push({ code: 'custom', path: [name], message, input: query });
        return z.NEVER;
      }
      given[name] = listed;
      delete given[bracketed];
    }
    return given;
  }, schema);
}
