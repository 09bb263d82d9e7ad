import { z } from 'zod';

import { nameOf, namedBodies, namedResources } from '../kit/named-schemas.js';

/** A piece of an OpenAPI document: plain JSON. */
export type OpenApiObject = Readonly<Record<string, unknown>>;

const uri = (id: string): string => `#/components/schemas/${id}`;

/** A reference to a named schema in the components, or an unnamed schema itself. */
export function schemaOf(schema: z.ZodType, io: 'input' | 'output'): OpenApiObject {
  const name = nameOf(schema);
  if (name !== undefined) return { $ref: uri(name) };
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, optionsOf(io));
  return rest;
}

/**
 * The named schemas of request and answer bodies, made from the zod schemas.
 *
 * @throws Error if a body of a request and a body of an answer have the same name
 */
export function componentSchemas(): OpenApiObject {
  const bodies = convert(namedBodies, 'input');
  const resources = convert(namedResources, 'output');
  const twice = Object.keys(bodies).filter((name) => name in resources);
  if (twice.length > 0) throw new Error(`a request and an answer are both called ${twice.join(', ')}`);
  return { ...bodies, ...resources };
}

/** The parameters of a query, made from the zod schema that parses them. */
export function queryParameters(schema: z.ZodType): readonly OpenApiObject[] {
  const { properties = {} } = z.toJSONSchema(schema, { io: 'output', override: simplify });
  return Object.entries(properties).map(([name, property]) => {
    const { description, ...schema } = typeof property === 'object' ? property : {};
    return {
      name,
      in: 'query',
      description,
      schema,
      ...(schema.type === 'array' ? { style: 'form', explode: true } : {}),
    };
  });
}

function convert(registry: typeof namedBodies, io: 'input' | 'output'): OpenApiObject {
  const converted = z.toJSONSchema(registry, { ...optionsOf(io), uri });
  return Object.fromEntries(
    Object.entries(converted.schemas).map(([name, schema]) => {
      const { $id: _id, $schema: _dialect, ...rest } = schema;
      return [name, rest];
    }),
  );
}

const optionsOf = (io: 'input' | 'output') =>
  ({
    io,
    // zod cannot represent a custom check; its metadata supplies the JSON Schema.
    unrepresentable: 'any',
    override: (context) => {
      simplify(context);
      // Answers may gain fields later, and clients generated from this document must accept them.
      if (io === 'output' && context.jsonSchema.additionalProperties === false) {
        delete context.jsonSchema.additionalProperties;
      }
    },
  }) as const satisfies z.core.ToJSONSchemaParams;

/** Omits the limits of JavaScript's safe integers, which are not limits of the field. */
function simplify({ jsonSchema }: { readonly jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
}
