import { isObject, resolved, type Schema } from './json-schema.js';
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
