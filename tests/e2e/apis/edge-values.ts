import { isObject, isOwnText, resolved, type Schema } from './json-schema.js';
import type { Dice } from './schema-values.js';
import { numbersAround, textsAround } from './values-around.js';

/** JSON that is a hundred levels deep. */
const deep = Array.from({ length: 100 }).reduce<unknown>((inner) => [inner], 'deep');
const ofOtherTypes: readonly unknown[] = [
  null,
  true,
  false,
  0,
  '',
  [],
  {},
  [[]],
  { a: { b: {} } },
  [null],
  deep,
];

/** Changes one place of a body to something at the edge of what is allowed there, or beyond it. */
export function withEdge(schema: Schema, body: unknown, dice: Dice): unknown {
  const whole = choiceFor(resolved(schema), body);
  if (Array.isArray(body) && body.length > 0 && dice.chance(0.9)) {
    const index = dice.roll(body.length);
    const items = [...(body as readonly unknown[])];
    items[index] = withEdge((whole['items'] ?? {}) as Schema, items[index], dice);
    return items;
  }
  if (isObject(body) && dice.chance(0.95)) return withEdgeInField(whole, body, dice);
  return edgeOf(whole, dice);
}

function withEdgeInField(schema: Schema, body: Readonly<Record<string, unknown>>, dice: Dice): unknown {
  const properties = (schema['properties'] ?? {}) as Readonly<Record<string, Schema>>;
  const names = [...new Set([...Object.keys(properties), ...Object.keys(body)])];
  if (names.length === 0 || dice.chance(0.05)) return withExtraKey(body, dice);
  const name = dice.pick(names);
  if (dice.chance(0.08)) return Object.fromEntries(Object.entries(body).filter(([key]) => key !== name));
  const field = properties[name] ?? ((schema['additionalProperties'] || {}) as Schema);
  return { ...body, [name]: withEdge(field, body[name], dice) };
}

function withExtraKey(body: Readonly<Record<string, unknown>>, dice: Dice): unknown {
  const key = dice.pick(['unexpected', '', 'constructor', '\u0000', '\ud83d', 'x'.repeat(300), '__proto__']);
  // A literal `__proto__` would set the prototype; a client's JSON has it as a key.
  return Object.defineProperty({ ...body }, key, { value: dice.pick(ofOtherTypes), enumerable: true });
}

/** A value that its schema forbids in one place. */
export interface BeyondSchema {
  /** The fault and its place, such as `a NUL in items[].name`. */
  readonly fault: string;
  readonly value: unknown;
}

/** Copies of a value. In each, one text or number is beyond its schema. */
export function beyondEach(schema: Schema, value: unknown, place: string): readonly BeyondSchema[] {
  const whole = choiceFor(resolved(schema), value);
  if (Array.isArray(value)) {
    const [first, ...rest] = value as readonly unknown[];
    return beyondEach((whole['items'] ?? {}) as Schema, first, `${place}[]`).map((beyond) => ({
      ...beyond,
      value: [beyond.value, ...rest],
    }));
  }
  if (!isObject(value)) return value === undefined || value === null ? [] : scalarsBeyond(schema, place);
  const properties = (whole['properties'] ?? {}) as Readonly<Record<string, Schema>>;
  return Object.entries(value).flatMap(([name, inner]) => {
    const field = properties[name] ?? ((whole['additionalProperties'] || {}) as Schema);
    return beyondEach(field, inner, `${place}.${name}`).map((beyond) => ({
      ...beyond,
      value: { ...value, [name]: beyond.value },
    }));
  });
}

function scalarsBeyond(schema: Schema, place: string): readonly BeyondSchema[] {
  const whole = resolved(schema);
  const choices = (whole['anyOf'] ?? whole['oneOf']) as readonly Schema[] | undefined;
  if (choices) return choices.flatMap((choice) => scalarsBeyond(choice, place));
  const { maxLength, maximum } = whole as { readonly maxLength?: number; readonly maximum?: number };
  // PostgreSQL stores no NUL.
  if (isOwnText(whole)) {
    const nul = { fault: `a NUL in ${place}`, value: 'a\u0000b' };
    if (maxLength === undefined) return [nul];
    return [nul, { fault: `${place} too long`, value: 'x'.repeat(maxLength + 1) }];
  }
  if (!['number', 'integer'].includes(String(whole['type']))) return [];
  const large = { fault: `${place} of 64 bits`, value: 2 ** 63 };
  return maximum === undefined ? [large] : [large, { fault: `${place} too large`, value: maximum + 1 }];
}

/** The alternative that a value is one of, where its kind tells. */
function choiceFor(schema: Schema, value: unknown): Schema {
  const choices = (schema['oneOf'] ??
    (schema['type'] === undefined ? schema['anyOf'] : undefined) ??
    []) as readonly Schema[];
  const isLike = (choice: Schema): boolean => {
    const { type, properties = {} } = resolved(choice) as {
      type?: string;
      properties?: Record<string, Schema>;
    };
    if (isObject(value)) {
      const { kind } = properties;
      return type === 'object' && (kind === undefined || kind['const'] === value['kind']);
    }
    if (Array.isArray(value)) return type === 'array';
    return type === typeof value || (type === 'integer' && typeof value === 'number');
  };
  const [some] = choices.filter((choice) => choice['type'] !== 'null');
  const choice = choices.find(isLike) ?? some;
  return choice ? choiceFor(resolved(choice), value) : schema;
}

function edgeOf(schema: Schema, dice: Dice): unknown {
  if (dice.chance(0.25)) return dice.pick(ofOtherTypes);
  switch (schema['type']) {
    case 'number':
    case 'integer':
      return dice.pick([...numbersAround(schema), ...numbersAround(schema).map(String)]);
    case 'array': {
      const most = Number(schema['maxItems'] ?? 10);
      return dice.pick([[], Array.from({ length: most + 1 }, () => null)]);
    }
    case 'object':
      return dice.pick(ofOtherTypes);
    default:
      return dice.pick(textsAround(schema));
  }
}
