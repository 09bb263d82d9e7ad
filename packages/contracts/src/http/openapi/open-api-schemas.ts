import { z } from 'zod';

import { nameOf, namedBodies, namedResources } from '../kit/named-schemas.js';

/** A piece of an OpenAPI document: plain JSON. */
export type OpenApiObject = Readonly<Record<string, unknown>>;

const uri = (id: string): string => `#/components/schemas/${id}`;

/** A reference to a schema among the components, or the schema itself where it has no name. */
export function schemaOf(schema: z.ZodType, io: 'input' | 'output'): OpenApiObject {
  const name = nameOf(schema);
  if (name !== undefined) return { $ref: uri(name) };
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, optionsOf(io));
  return rest;
}

/** All schemas of bodies, made from those that parse the requests and that the answers are tested against. */
export function componentSchemas(): OpenApiObject {
  return { ...convert(namedBodies, 'input'), ...convert(namedResources, 'output') };
}

/** Parameters of a query, made from the schema that parses them. */
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
    // A schema that is checked by hand has no representation; its metadata has the words of JSON Schema.
    unrepresentable: 'any',
    override: (context) => {
      simplify(context);
      // Answers may gain fields; a client that was generated from today's document must not refuse them.
      if (io === 'output' && context.jsonSchema.additionalProperties === false) {
        delete context.jsonSchema.additionalProperties;
      }
    },
  }) as const satisfies z.core.ToJSONSchemaParams;

/** Leaves out the bounds of JavaScript's integers, which say nothing about a field. */
function simplify({ jsonSchema }: { readonly jsonSchema: z.core.JSONSchema.BaseSchema }): void {
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
}
