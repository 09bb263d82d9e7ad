import { RefusalCode, refusalIn, type OrderCommand, type Refusal } from '@oms/domain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { parseOrderCommand } from './parse-order-command.js';

const uuid = '00000000-0000-4000-8000-000000000001';
const lines = [{ lineId: 'a', quantity: 1 }];
const operator = { by: 'ada@example.com', reason: 'the provider is back' };

/** A valid command of each type, with every field that it may have. */
const valid: readonly Readonly<Record<string, unknown>>[] = [
  {
    ...{ type: 'edit', version: 3 },
    lines: [
      {
        ...{ quantity: 1, unitPriceMinor: 5, requiresShipping: true, productTitle: 'Shirt', productId: 'p' },
        ...{ variantId: uuid, locationId: uuid, sku: 'S', variantTitle: 'M' },
      },
    ],
    ...{ discountMinor: 1, taxMinor: 2, shippingMinor: 3, paymentReference: 'pi_1', shippingMethod: 'post' },
    shippingAddress: { line1: 'x', city: 'y', country: 'PL', postalCode: '00-001', email: 'a@b.pl' },
    billingAddress: { line1: 'x', city: 'y', country: 'PL' },
    ...{ note: 'ring twice', tags: ['vip'], metadata: { gift: 'yes' } },
  },
  { type: 'confirm' },
  { type: 'cancel', reason: 'why' },
  { type: 'cancel_units', lines, reason: 'why' },
  { type: 'start_processing' },
  { type: 'ship', startsProcessing: true, needsTracking: true, lines, trackingNumber: 't', carrier: 'c' },
  { type: 'deliver', shipmentId: 's' },
  { type: 'correct_shipment', shipmentId: 's', trackingNumber: 't', carrier: 'c', needsTracking: true },
  { type: 'cancel_shipment', shipmentId: 'm', reason: 'why' },
  {
    ...{ type: 'return_to_sender', shipmentId: 'm', reason: 'why' },
    units: [{ lineId: 'a', quantity: 1, condition: 'missing' }],
  },
  { type: 'close' },
  { type: 'request_return', lines, reason: 'why' },
  { type: 'decide_return', returnId: 'r', isApproved: true, reason: 'why' },
  { type: 'receive_return', returnId: 'q', units: [{ lineId: 'a', quantity: 1, condition: 'damaged' }] },
  { type: 'cancel_return', returnId: 'o', reason: 'why' },
  { type: 'refund', all: false, returnId: 'p', lines, amountMinor: 5, reason: 'why' },
  { type: 'issue_invoice', invoiceId: uuid },
  { type: 'void_invoice', invoiceId: uuid },
  {
    ...{ type: 'record_payment', invoiceId: uuid, amountMinor: 5, currency: 'USD' },
    ...{ method: 'bank_transfer', reference: 'r' },
  },
  { type: 'retry', ...operator },
  { type: 'give_up', ...operator },
  { type: 'allow_shipment', ...operator },
  {
    ...{ type: 'resolve_payment', ...operator, outcome: 'captured', amountMinor: 5 },
    ...{ providerObjectId: 'ch_1', evidence: 'seen', evidenceUrl: 'https://dashboard.example/pi' },
  },
];

type Path = readonly (string | number)[];

/** The paths of everything that a command says, its lists and objects themselves too. */
function pathsOf(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const inner = Object.entries(value).flatMap(([key, each]) => pathsOf(each, [...path, key]));
  return [path, ...inner];
}

/** A path as a message has it. */
const written = (command: Readonly<Record<string, unknown>>, path: Path): string =>
  path.reduce<string>(
    (text, step) => (/^\d+$/.test(String(step)) ? `${text}[${step}]` : `${text}.${step}`),
    String(command['type']),
  );

function replaced(value: unknown, [key, ...rest]: Path, by: unknown): unknown {
  if (key === undefined) return by;
  if (Array.isArray(value))
    return value.map((each: unknown, index) =>
      String(index) === String(key) ? replaced(each, rest, by) : each,
    );
  const record = value as Readonly<Record<string, unknown>>; // As the path was found.
  return { ...record, [key]: replaced(record[key], rest, by) };
}

const everyField = valid.flatMap((command) =>
  pathsOf(command)
    .filter(([first]) => first !== undefined && first !== 'type')
    .map((path) => ({ name: `${String(command['type'])} ${path.join('.')}`, command, path })),
);

/** The refusal of a command; `undefined` for a well-formed one. Any other error fails the test. */
function refusalOf(command: unknown): Refusal | undefined {
  try {
    parseOrderCommand(command as OrderCommand); // Commands of any shape are the subject of these tests.
    return undefined;
  } catch (error) {
    return refusalIn(error);
  }
}

const edit = (line: object) => ({
  type: 'edit',
  lines: [{ quantity: 1, unitPriceMinor: 5, requiresShipping: true, ...line }],
});

/** The fields that null removes. */
const mayRemove: Readonly<Record<string, readonly string[]>> = {
  correct_shipment: ['trackingNumber', 'carrier'],
};

describe('a command that an operator sends by hand', () => {
  it.each(valid)('with every field → is parsed as it is: $type', (command) => {
    expect(parseOrderCommand(command as unknown as OrderCommand)).toEqual(command);
  });

  it('with unknown fields → is parsed without them', () => {
    expect(parseOrderCommand({ type: 'close', colour: 'red' } as unknown as OrderCommand)).toEqual({
      type: 'close',
    });
  });

  const isNumber = ({ path }: { readonly path: Path }): boolean =>
    /quantity|Minor$/.test(String(path.at(-1)));

  it.each(everyField.filter(isNumber))('with an invalid number → is refused: $name', ({ command, path }) => {
    for (const value of [Number.NaN, 1.5, -1, Number.POSITIVE_INFINITY, 2 ** 53, '1', null, [], {}, true]) {
      expect(refusalOf(replaced(command, path, value)), JSON.stringify(value)).toMatchObject({
        code: path.at(-1) === 'quantity' ? 'QUANTITY_NOT_AVAILABLE' : 'AMOUNT_NOT_AVAILABLE',
        field: written(command, path),
      });
    }
  });

  it.each(everyField.filter((each) => !isNumber(each)))(
    'with another value in one field → is refused: $name',
    ({ command, path }) => {
      const isText =
        typeof path.reduce<unknown>(
          (value, key) => (value as Readonly<Record<string, unknown>>)[key],
          command,
        ) === 'string';
      const others = [
        path.at(-1) === 'version' ? 0 : 5,
        Number.NaN,
        [5],
        [null],
        { toString: 1 },
        ...(isText ? ['\0', '\ud800'] : ['text']),
      ];
      for (const other of others) {
        const { code = '', message = '' } = refusalOf(replaced(command, path, other)) ?? {};
        expect(Object.values<string>(RefusalCode), JSON.stringify(other)).toContain(code);
        expect(message).toContain(written(command, path));
      }
      const isFixed = path.length === 2 && ['line1', 'city', 'country'].includes(String(path[1]));
      const isDetail = /Address|shippingMethod|^note|^tags|^metadata/.test(String(path[0]));
      const mayBeNull =
        command['type'] === 'edit'
          ? isDetail && !isFixed && path.at(-1) !== '0'
          : mayRemove[String(command['type'])]?.includes(String(path.at(-1))) === true;
      expect(refusalOf(replaced(command, path, null)) === undefined).toBe(mayBeNull);
    },
  );

  it.each([
    ['cancel_units', 'lines'],
    ['request_return', 'lines'],
    ['decide_return', 'returnId'],
    ['decide_return', 'isApproved'],
    ['receive_return', 'returnId'],
    ['cancel_return', 'returnId'],
    ['cancel_shipment', 'shipmentId'],
    ['return_to_sender', 'shipmentId'],
    ['issue_invoice', 'invoiceId'],
    ['void_invoice', 'invoiceId'],
    ['record_payment', 'currency'],
    ['record_payment', 'method'],
    ['retry', 'by'],
    ['retry', 'reason'],
    ['give_up', 'by'],
    ['give_up', 'reason'],
    ['allow_shipment', 'by'],
    ['allow_shipment', 'reason'],
    ['resolve_payment', 'outcome'],
    ['resolve_payment', 'evidence'],
  ] as const)('without a required field → is refused: %s, %s', (type, field) => {
    const { [field]: _, ...rest } = valid.find((each) => each['type'] === type) ?? {};
    expect(refusalOf(rest)).toEqual({
      ...{ kind: 'refused', code: 'MALFORMED', field: `${type}.${field}` },
      message: `${type}.${field} is required`,
    });
  });

  it('with a blank name or reason of the operator → is refused', () => {
    for (const type of ['retry', 'give_up', 'allow_shipment']) {
      expect(refusalOf({ type, by: ' ', reason: '' })).toMatchObject({
        message: `${type}.by must not be empty; ${type}.reason must not be empty`,
      });
    }
  });

  it('of an unknown or missing type → is refused', () => {
    for (const type of [undefined, null, 5, 'explode', 'constructor', '__proto__', 'toString']) {
      expect(refusalOf({ type }), String(type)).toMatchObject({ message: 'there is no such command' });
    }
  });

  it.each([
    { fault: 'a location without a variant', line: { locationId: uuid } },
    { fault: 'a variant that is no UUID', line: { variantId: 'shirt' } },
    { fault: 'more units than a line may have', line: { quantity: 1_000_001, unitPriceMinor: 0 } },
  ])('with an unwritable line → is refused: $fault', ({ line }) => {
    expect(refusalOf(edit(line))).toBeDefined();
  });

  it('with more lines than an order may have → is refused', () => {
    const [line] = edit({}).lines;
    const editOf = (length: number) => ({ type: 'edit', lines: Array.from({ length }, () => line) });
    expect([refusalOf(editOf(500)), refusalOf(editOf(501))]).toEqual([
      undefined,
      expect.objectContaining({ message: 'edit.lines must have at most 500 entries' }),
    ]);
  });

  it('at the limits of a request, in characters and not in code units → is accepted, and refused above them', () => {
    const cancel = (reason: string) => refusalOf({ type: 'cancel', reason });
    expect([cancel('🧶'.repeat(500)), cancel('🧶'.repeat(501))?.code]).toEqual([undefined, 'MALFORMED']);
    const ship = (quantity: number) => refusalOf({ type: 'ship', lines: [{ lineId: 'a', quantity }] });
    expect([ship(1_000_000), ship(1_000_001)?.message]).toEqual([
      undefined,
      'ship.lines[0].quantity must be at most 1000000',
    ]);
    const refund = (amountMinor: number) => refusalOf({ type: 'refund', amountMinor });
    expect([refund(999_999_999_999), refund(1_000_000_000_000)?.message]).toEqual([
      undefined,
      'refund.amountMinor must be at most 999999999999 minor units',
    ]);
  });

  it('of any shape → is accepted or refused, and never throws', () => {
    const type = fc.constantFrom(...valid.map((command) => command['type']));
    const names = [...new Set(valid.flatMap((command) => Object.keys(command)))];
    const anyFields = fc.dictionary(fc.constantFrom(...names), fc.jsonValue());
    fc.assert(
      fc.property(type, anyFields, (name, fields) => {
        const { code } = refusalOf({ ...fields, type: name }) ?? {};
        if (code) expect(Object.values<string>(RefusalCode)).toContain(code);
      }),
      { numRuns: 1_000 },
    );
  });
});
