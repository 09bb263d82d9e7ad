import { z } from 'zod';

import { given } from './given.js';

/** The fields of a resource. Each name is also the name of a column. */
export type Fields = Readonly<Record<string, z.ZodType>>;

/** The value of a field in a row. Null for an optional field that the client left out. */
export type Stored<Schema extends z.ZodType> =
  undefined extends z.output<Schema> ? NonNullable<z.output<Schema>> | null : z.output<Schema>;

/** The values of fields in a row. */
export type StoredFields<Of extends Fields> = { readonly [Name in keyof Of]: Stored<Of[Name]> };

/**
 * The schema of a field in a row. An optional field becomes nullable; a field with a default becomes required, so
 * that an update never applies the default to a field that it leaves out.
 */
function storedField(schema: z.ZodType): z.ZodType {
  if (!(schema instanceof z.ZodOptional || schema instanceof z.ZodDefault)) return schema;
  // The wrappers are made of zod's own schemas alone.
  const inner = storedField(schema.unwrap() as z.ZodType);
  const stored =
    schema instanceof z.ZodOptional && !(inner instanceof z.ZodNullable) ? inner.nullable() : inner;
  const { default: _, ...meta } = { ...inner.meta(), ...schema.meta() };
  return stored.meta(meta);
}

/** The schemas of fields in a row. */
export const storedFields = (fields: Fields): Fields => mapped(fields, storedField);

/** The schemas of fields in an answer. */
export const answeredFields = (fields: Fields): Fields =>
  mapped(fields, (field) => answered(storedField(field)));

const mapped = (fields: Fields, change: (schema: z.ZodType) => z.ZodType): Fields =>
  Object.fromEntries(Object.entries(fields).map(([name, schema]) => [name, change(schema)]));

/** Removes the limits of a request: stored values stay valid when a limit becomes stricter. */
function answered(schema: z.ZodType): z.ZodType {
  // The wrappers are made of zod's own schemas alone.
  if (schema instanceof z.ZodNullable) return answered(schema.unwrap() as z.ZodType).nullable();
  if (schema instanceof z.ZodArray) return described(z.array(answered(schema.element as z.ZodType)), schema);
  if (schema instanceof z.ZodString) return described(z.string(), schema);
  if (schema instanceof z.ZodNumber) return described(schema.isInt ? z.int() : z.number(), schema);
  return schema;
}

function described(loose: z.ZodType, schema: z.ZodType): z.ZodType {
  const { description, format, example } = schema.meta() ?? {};
  return loose.meta(given({ description, format, example }));
}
