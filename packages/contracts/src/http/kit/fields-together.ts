// Rules about the fields of an object, in the words of JSON Schema. A field that is null counts as left out.

type Fragment = Readonly<Record<string, unknown>>;

/** All of these fields are given. */
const given = (...fields: readonly string[]): Fragment => ({
  required: fields,
  properties: Object.fromEntries(fields.map((field) => [field, { not: { type: 'null' } }])),
});

/** A field cannot be given without another one. */
export const needs = (field: string, other: string): Fragment => ({ if: given(field), then: given(other) });

/** At least one of these fields is given. */
export const atLeastOneOf = (...fields: readonly string[]): Fragment => ({
  anyOf: fields.map((field) => given(field)),
});

/** These fields are given where another one has one of these values, and only there. */
export const exactlyWith = (
  field: string,
  values: readonly string[],
  fields: readonly string[],
): Fragment => ({
  if: { required: [field], properties: { [field]: { enum: values } } },
  then: given(...fields),
  else: { properties: Object.fromEntries(fields.map((name) => [name, { type: 'null' }])) },
});

/** A field can be given only where another one has this value. */
export const onlyWith = (field: string, other: string, value: string): Fragment => ({
  if: given(field),
  then: { properties: { [other]: { const: value } } },
});
