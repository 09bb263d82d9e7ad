import { openApiDocument } from '@oms/contracts/http';

/** A schema of the OpenAPI document. */
export type Schema = Readonly<Record<string, unknown>>;
export type JsonObject = Readonly<Record<string, unknown>>;

const { schemas } = openApiDocument().components as { readonly schemas: Readonly<Record<string, Schema>> };

/** The schema that a reference leads to. */
export function resolved(schema: Schema): Schema {
  const { $ref } = schema;
  if (typeof $ref !== 'string') return schema;
  const found = schemas[$ref.replace('#/components/schemas/', '')];
  if (!found) throw new Error(`there is no ${$ref}`);
  return found;
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const lengthOf = (text: string): number => Array.from(text).length;

type Check = (wanted: never, value: unknown, schema: Schema) => boolean;

const isOfType: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  integer: (value) => Number.isInteger(value),
  boolean: (value) => typeof value === 'boolean',
  null: (value) => value === null,
  array: Array.isArray,
  object: isObject,
};

const formats: Readonly<Record<string, (text: string) => boolean>> = {
  uuid: (text) => /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text),
  uri: (text) => URL.canParse(text),
  'date-time': (text) => !Number.isNaN(Date.parse(text)),
};

/** Every keyword that the document's requests use. An unknown keyword throws. */
const checks: Readonly<Record<string, Check>> = {
  type: (wanted: string | readonly string[], value) =>
    [wanted].flat().some((type) => isOfType[type]?.(value)),
  enum: (wanted: readonly unknown[], value) => wanted.includes(value),
  const: (wanted: unknown, value) => wanted === value,
  minLength: (wanted: number, value) => typeof value !== 'string' || lengthOf(value) >= wanted,
  maxLength: (wanted: number, value) => typeof value !== 'string' || lengthOf(value) <= wanted,
  pattern: (wanted: string, value) => typeof value !== 'string' || new RegExp(wanted, 'u').test(value),
  format: (wanted: string, value) => typeof value !== 'string' || formats[wanted]?.(value) === true,
  minimum: (wanted: number, value) => typeof value !== 'number' || value >= wanted,
  maximum: (wanted: number, value) => typeof value !== 'number' || value <= wanted,
  minItems: (wanted: number, value) => !Array.isArray(value) || value.length >= wanted,
  maxItems: (wanted: number, value) => !Array.isArray(value) || value.length <= wanted,
  items: (wanted: Schema, value) => !Array.isArray(value) || value.every((item) => isValid(wanted, item)),
  minProperties: (wanted: number, value) => !isObject(value) || Object.keys(value).length >= wanted,
  maxProperties: (wanted: number, value) => !isObject(value) || Object.keys(value).length <= wanted,
  required: (wanted: readonly string[], value) =>
    !isObject(value) || wanted.every((name) => Object.hasOwn(value, name)),
  properties: (wanted: Readonly<Record<string, Schema>>, value) =>
    !isObject(value) ||
    Object.entries(wanted).every(
      ([name, schema]) => !Object.hasOwn(value, name) || isValid(schema, value[name]),
    ),
  propertyNames: (wanted: Schema, value) =>
    !isObject(value) || Object.keys(value).every((name) => isValid(wanted, name)),
  additionalProperties: (wanted: Schema | false, value, { properties = {} }) =>
    !isObject(value) ||
    Object.entries(value).every(
      ([name, item]) =>
        Object.hasOwn(properties as object, name) || (wanted !== false && isValid(wanted, item)),
    ),
  allOf: (wanted: readonly Schema[], value) => wanted.every((schema) => isValid(schema, value)),
  anyOf: (wanted: readonly Schema[], value) => wanted.some((schema) => isValid(schema, value)),
  oneOf: (wanted: readonly Schema[], value) => wanted.filter((schema) => isValid(schema, value)).length === 1,
  not: (wanted: Schema, value) => !isValid(wanted, value),
  if: (wanted: Schema, value, schema) => {
    const follows = (isValid(wanted, value) ? schema['then'] : schema['else']) as Schema | undefined;
    return follows === undefined || isValid(follows, value);
  },
};

/** Keywords without a say in validity, or that another keyword reads. */
const others: ReadonlySet<string> = new Set(['$ref', 'description', 'default', 'example', 'then', 'else']);

/** Whether a schema of the document allows a value. */
export function isValid(schema: Schema, value: unknown): boolean {
  const whole = resolved(schema);
  return Object.entries(whole).every(([keyword, wanted]) => {
    if (others.has(keyword)) return true;
    const check = checks[keyword];
    if (!check) throw new Error(`nothing says what ${keyword} means in a schema`);
    return check(wanted as never, value, whole);
  });
}

/** Whether it is the schema of a text of the client's own. */
export const isOwnText = (schema: Schema): boolean =>
  [schema['type']].flat().includes('string') && !('enum' in schema) && !('const' in schema);
