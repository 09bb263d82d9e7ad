import fc from 'fast-check';

import { isObject, isValid, resolved, type JsonObject, type Schema } from './json-schema.js';
import { numbersAround, textsAround } from './values-around.js';

/** Pseudorandom choices, the same for the same seed. */
export interface Dice {
  /** From 0 to below `sides`. */
  roll(sides: number): number;
  pick<Item>(items: readonly Item[]): Item;
  chance(probability: number): boolean;
}

export function diceOf(seed: number): Dice {
  let state = seed | 0;
  // Mulberry32: enough for tests, and a few lines.
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const roll = (sides: number): number => Math.floor(next() * sides);
  return {
    roll,
    chance: (probability) => next() < probability,
    pick<Item>(items: readonly Item[]): Item {
      const item = items[roll(items.length)];
      if (item === undefined && items.length === 0) throw new Error('there is nothing to pick from');
      return item as Item; // The roll is below the length.
    },
  };
}

/** The choice of an object's optional fields. */
export interface FieldChoice {
  /** The row of the table of optional fields; beyond the table, chance decides. */
  readonly row: number;
  /** Whether rules about fields that go together are kept. */
  readonly keepsRules: boolean;
}

export interface ValueSource {
  readonly dice: Dice;
  readonly fields: FieldChoice;
  /** Of the objects within. */
  readonly fieldsWithin: FieldChoice;
  /** How likely a field has a known value where there is one. */
  readonly knownShare: number;
  /** Values that exist in the system, by the name of their field. */
  readonly known: Readonly<Record<string, readonly unknown[]>>;
}

/**
 * The table of optional fields: for any two of up to 35 fields there are rows with both, with either alone, and with
 * neither. (Kleitman and Spencer: the subsets of four of seven meet, and none is within another.)
 */
const foursOfSeven = Array.from({ length: 128 }, (_, bits) => bits).filter(
  (bits) => [...bits.toString(2)].filter((bit) => bit === '1').length === 4,
);
export const rowsOfPairs = 8;

function isGiven(index: number, { dice, fields: { row } }: ValueSource): boolean {
  if (row >= rowsOfPairs) return dice.chance(0.4);
  const rows = foursOfSeven[index];
  if (rows === undefined) throw new Error('an object has more optional fields than the table has columns');
  return row > 0 && ((rows >> (row - 1)) & 1) === 1;
}

/** A value that the schema allows. */
export function validValue(schema: Schema, source: ValueSource, name = ''): unknown {
  const whole = resolved(schema);
  const { dice } = source;
  const meant = source.known[name]?.filter((value) => isValid(whole, value)) ?? [];
  if (meant.length > 0 && dice.chance(source.knownShare)) return dice.pick(meant);
  if ('const' in whole) return whole['const'];
  if (Array.isArray(whole['enum'])) return dice.pick(whole['enum'] as readonly unknown[]);
  const choices = (whole['oneOf'] ?? (whole['type'] === undefined ? whole['anyOf'] : undefined)) as
    readonly Schema[] | undefined;
  if (choices) {
    // Null is what clients send for nothing, and not what most of them send.
    const some = choices.filter((choice) => choice['type'] !== 'null');
    return some.length < choices.length && dice.chance(0.1)
      ? null
      : validValue(dice.pick(some), source, name);
  }
  const type = dice.pick([whole['type']].flat() as readonly string[]);
  switch (type) {
    case 'object':
      return objectOf(whole, source);
    case 'array':
      return arrayOf(whole, source, name);
    case 'string':
      return textOf(whole, dice);
    case 'number':
    case 'integer':
      return dice.pick(numbersAround(whole).filter((number) => isValid(whole, number)));
    case 'boolean':
      return dice.chance(0.5);
    case 'null':
      return null;
    default:
      throw new Error(`nothing says how a value of type ${type} is made`);
  }
}

function objectOf(schema: Schema, source: ValueSource): JsonObject {
  const properties = (schema['properties'] ?? {}) as Readonly<Record<string, Schema>>;
  const required = (schema['required'] ?? []) as readonly string[];
  const optional = Object.keys(properties).filter((name) => !required.includes(name));
  const names = [...required, ...optional.filter((_, index) => isGiven(index, source))];
  const within = { ...source, fields: source.fieldsWithin };
  const value: Record<string, unknown> = {};
  for (const name of names) value[name] = validValue(properties[name] ?? {}, within, name);
  if (isObject(schema['additionalProperties'])) Object.assign(value, entriesOf(schema, source));
  const make = (name: string): unknown => {
    for (;;) {
      const made = validValue(properties[name] ?? {}, within, name);
      if (made !== null) return made;
    }
  };
  if (source.fields.keepsRules) repair(value, schema, { ...source, make, names: Object.keys(properties) });
  return value;
}

function entriesOf(schema: Schema, source: ValueSource): JsonObject {
  const {
    propertyNames = {},
    additionalProperties = {},
    maxProperties,
  } = schema as {
    readonly propertyNames?: Schema;
    readonly additionalProperties?: Schema;
    readonly maxProperties?: number;
  };
  const count = source.dice.pick([0, 1, 2, maxProperties ?? 3]);
  const keys = Array.from({ length: count }, (_, index) => {
    const key = `${String(validValue(propertyNames, source))}${index}`;
    return isValid(propertyNames, key) ? key : String(index);
  });
  return Object.fromEntries(keys.map((key) => [key, validValue(additionalProperties, source)]));
}

interface Repair extends ValueSource {
  readonly make: (name: string) => unknown;
  readonly names: readonly string[];
}

/** Makes a value keep the rules about fields that go together. */
function repair(value: Record<string, unknown>, schema: Schema, by: Repair): void {
  const { allOf = [], minProperties = 0 } = schema as {
    readonly allOf?: readonly Schema[];
    readonly minProperties?: number;
  };
  // A later rule can undo an earlier one. All are applied twice, so that the earlier rule has another turn.
  for (const rule of [schema, ...allOf, ...allOf]) {
    if (rule['if'] === undefined) continue;
    const follows = isValid(rule['if'] as Schema, value) ? rule['then'] : rule['else'];
    if (follows !== undefined) apply(value, follows as Schema, by);
  }
  applyOneOf(value, schema, by);
  while (Object.keys(value).length < minProperties) {
    const name = by.dice.pick(by.names);
    value[name] = by.make(name);
  }
}

function applyOneOf(value: Record<string, unknown>, { anyOf }: Schema, by: Repair): void {
  const rules = anyOf as readonly Schema[] | undefined;
  if (rules && !rules.some((rule) => isValid(rule, value))) apply(value, by.dice.pick(rules), by);
}

function apply(value: Record<string, unknown>, rule: Schema, by: Repair): void {
  applyOneOf(value, rule, by);
  for (const name of (rule['required'] ?? []) as readonly string[]) {
    value[name] ??= by.make(name);
  }
  for (const [name, wanted] of Object.entries(
    (rule['properties'] ?? {}) as Readonly<Record<string, Schema>>,
  )) {
    if (!Object.hasOwn(value, name) || isValid(wanted, value[name])) continue;
    if ('const' in wanted) value[name] = wanted['const'];
    else delete value[name];
  }
}

function arrayOf(schema: Schema, source: ValueSource, name: string): readonly unknown[] {
  const { minItems = 0, maxItems = 10 } = schema as {
    readonly minItems?: number;
    readonly maxItems?: number;
  };
  // Long lists are rare: what they are made of is what is looked at.
  const lengths = [
    minItems,
    minItems,
    minItems + 1,
    minItems + 2,
    source.dice.chance(0.01) ? maxItems : minItems,
  ];
  const length = Math.min(source.dice.pick(lengths), maxItems);
  return Array.from({ length }, () => validValue(schema['items'] as Schema, source, name));
}

function textOf(schema: Schema, dice: Dice): string {
  const { edges, made } = textsOf(schema);
  return dice.pick(edges.length === 0 || (made.length > 0 && dice.chance(0.2)) ? made : edges);
}

interface Texts {
  /** Those around what the schema allows, as far as it allows them. */
  readonly edges: readonly string[];
  /** Some that were made from its pattern, where it has one. */
  readonly made: readonly string[];
}
const textsBySchema = new WeakMap<Schema, Texts>();

function textsOf(schema: Schema): Texts {
  const before = textsBySchema.get(schema);
  if (before) return before;
  const { pattern } = schema;
  const texts = {
    // JSON Schema has no words for halves of characters, which are never accepted.
    edges: textsAround(schema).filter((text) => isValid(schema, text) && !/\p{Surrogate}/u.test(text)),
    made: typeof pattern === 'string' ? matching(pattern).filter((text) => isValid(schema, text)) : [],
  };
  textsBySchema.set(schema, texts);
  return texts;
}

const matching = (pattern: string): readonly string[] =>
  fc.sample(fc.stringMatching(new RegExp(pattern, 'u')), { numRuns: 30, seed: 1 });
