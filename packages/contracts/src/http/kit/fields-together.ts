// JSON Schema fragments for rules that involve several fields. A null field counts as left out.

type Fragment = Readonly<Record<string, unknown>>;

/** Requires all of these fields. */
const given = (...fields: readonly string[]): Fragment => ({
  required: fields,
  properties: Object.fromEntries(fields.map((field) => [field, { not: { type: 'null' } }])),
});

/** Requires the field `other` wherever `field` is true. */
export const needsWhereTrue = (field: string, other: string): Fragment => ({
  if: { required: [field], properties: { [field]: { const: true } } },
  then: given(other),
});

/** Requires the field `other` wherever `field` is given. */
export const needs = (field: string, other: string): Fragment => ({ if: given(field), then: given(other) });

/** Forbids the field `other` wherever `field` is given. */
export const excludes = (field: string, other: string): Fragment => ({
  if: given(field),
  then: { properties: { [other]: { type: 'null' } } },
});

/** Requires at least one of these fields. */
export const atLeastOneOf = (...fields: readonly string[]): Fragment => ({
  anyOf: fields.map((field) => given(field)),
});

/** Requires one of the fields `others` wherever `field` is given. */
export const needsOneOf = (field: string, ...others: readonly string[]): Fragment => ({
  if: given(field),
  then: atLeastOneOf(...others),
});

/** Forbids `fields` unless the other field has one of these values. */
export const onlyWhere = (field: string, values: readonly string[], fields: readonly string[]): Fragment => ({
  if: { required: [field], properties: { [field]: { enum: values } } },
  else: { properties: Object.fromEntries(fields.map((name) => [name, { type: 'null' }])) },
});

/** Requires `fields` where the other field has one of these values, and forbids them everywhere else. */
export const exactlyWith = (
  field: string,
  values: readonly string[],
  fields: readonly string[],
): Fragment => ({ ...onlyWhere(field, values, fields), then: given(...fields) });

/** Forbids `field` unless the other field has this value. */
export const onlyWith = (field: string, other: string, value: string): Fragment => ({
  if: given(field),
  then: { properties: { [other]: { const: value } } },
});
