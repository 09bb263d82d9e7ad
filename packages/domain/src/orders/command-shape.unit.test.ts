import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { computeTotals } from '../kit/money.js';
import type { OrderCommand } from './order-command.js';
import { decide } from './order-decision.js';
import { factsOfNewOrder, type OrderFacts } from './order-facts.js';
import { RefusalCode } from '../kit/refusal.js';
import { orderStatuses, type OrderStatus } from './order-status.js';

const newOrder = (status: OrderStatus): OrderFacts => {
  const lines = [
    { id: 'a', quantity: 3, unitPriceMinor: 333, requiresShipping: true },
    { id: 'b', quantity: 2, unitPriceMinor: 0, requiresShipping: true },
    { id: 'c', quantity: 1, unitPriceMinor: 250, requiresShipping: false },
  ];
  return factsOfNewOrder(
    status,
    computeTotals(lines, { discountMinor: 100, taxMinor: 77, shippingMinor: 50 }),
    lines,
    { code: 'USD', exponent: 2 },
  );
};

/** A sound command of each kind, for an order in the status that allows it. */
const sound: readonly {
  readonly status: OrderStatus;
  readonly command: Readonly<Record<string, unknown>>;
}[] = [
  {
    status: 'draft',
    command: {
      type: 'edit_draft',
      lines: [{ quantity: 1, unitPriceMinor: 5, requiresShipping: true, sku: 'S' }],
      ...{ discountMinor: 1, taxMinor: 2, shippingMinor: 3, shippingMethod: 'post' },
      shippingAddress: { line1: 'x', city: 'y', country: 'PL' },
      metadata: { gift: 'yes' },
    },
  },
  { status: 'confirmed', command: { type: 'cancel', reason: 'why' } },
  {
    status: 'confirmed',
    command: { type: 'cancel_units', lines: [{ lineId: 'a', quantity: 1 }], reason: 'why' },
  },
  {
    status: 'confirmed',
    command: {
      ...{ type: 'ship', startsProcessing: true, lines: [{ lineId: 'a', quantity: 1 }] },
      ...{ trackingNumber: 't', carrier: 'c' },
    },
  },
  { status: 'shipped', command: { type: 'deliver', shipmentId: 's' } },
  {
    status: 'delivered',
    command: { type: 'request_return', lines: [{ lineId: 'a', quantity: 1 }], reason: 'why' },
  },
  { status: 'delivered', command: { type: 'decide_return', returnId: 'r', isApproved: true, reason: 'why' } },
  { status: 'delivered', command: { type: 'receive_return', returnId: 'q', restockedLineIds: ['a'] } },
  {
    status: 'delivered',
    command: {
      type: 'refund',
      returnId: 'p',
      lines: [{ lineId: 'a', quantity: 1 }],
      amountMinor: 5,
      reason: 'why',
    },
  },
];

const soundFacts = (status: OrderStatus): OrderFacts => {
  const facts = newOrder(status);
  const lines = [{ lineId: 'a', quantity: 1 }];
  return {
    ...facts,
    capturedMinor: facts.totals.totalMinor,
    lines: facts.lines.map((line) => ({
      ...line,
      ...(status === 'delivered' ? { shipped: 1, delivered: 1 } : {}),
    })),
    shipments: [{ id: 's', isDelivered: false, lines }],
    returns: [
      { id: 'r', status: 'requested', lines },
      { id: 'q', status: 'approved', lines },
      { id: 'p', status: 'received', lines },
    ],
  };
};

type Path = readonly (string | number)[];

/** The paths of everything that a command says, its lists and objects themselves too. */
function pathsOf(value: unknown, path: Path = []): readonly Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const inner = Object.entries(value).flatMap(([key, each]) => pathsOf(each, [...path, key]));
  return [path, ...inner];
}

function replaced(value: unknown, [key, ...rest]: Path, by: unknown): unknown {
  if (key === undefined) return by;
  if (Array.isArray(value))
    return value.map((each: unknown, index) =>
      String(index) === String(key) ? replaced(each, rest, by) : each,
    );
  const record = value as Readonly<Record<string, unknown>>; // As the path was found.
  return { ...record, [key]: replaced(record[key], rest, by) };
}

const everySpoiling = sound.flatMap(({ status, command }) =>
  pathsOf(command).map((path) => ({
    name: `${String(command['type'])} ${path.join('.')}`,
    status,
    command,
    path,
  })),
);

const isRefusalCode = (code: string): boolean => Object.values<string>(RefusalCode).includes(code);

/** Whether it is refused, and not in any other way than by a refusal. */
function isRefused(status: OrderStatus, command: unknown): boolean {
  const decision = decide(soundFacts(status), command as OrderCommand); // It is what the test is about.
  if (decision.kind === 'refused') expect(isRefusalCode(decision.code), decision.message).toBe(true);
  return decision.kind === 'refused';
}

describe('a command that an operator sends by hand', () => {
  it.each(sound)('with a valid body → is accepted: $command.type', ({ status, command }) => {
    expect(decide(soundFacts(status), command as unknown as OrderCommand)).toMatchObject({
      kind: 'accepted',
    });
  });

  const isNumber = ({ path }: { readonly path: Path }): boolean =>
    /quantity|Minor$/.test(String(path.at(-1)));

  it.each(everySpoiling.filter(isNumber))(
    'with an invalid number → is refused: $name',
    ({ status, command, path }) => {
      for (const value of [Number.NaN, 1.5, -1, Number.POSITIVE_INFINITY, 2 ** 53, '1', null, [], {}, true]) {
        expect(isRefused(status, replaced(command, path, value)), JSON.stringify(value)).toBe(true);
      }
      const code = path.at(-1) === 'quantity' ? 'QUANTITY_NOT_AVAILABLE' : 'AMOUNT_NOT_AVAILABLE';
      expect(decide(soundFacts(status), replaced(command, path, Number.NaN) as OrderCommand)).toMatchObject({
        code,
      });
    },
  );

  it.each(everySpoiling.filter((each) => !isNumber(each)))(
    'is refused for something else in the place of $name',
    ({ status, command, path }) => {
      const isText =
        typeof path.reduce<unknown>(
          (value, key) => (value as Readonly<Record<string, unknown>>)[key],
          command,
        ) === 'string';
      const others = [5, Number.NaN, [5], [null], { toString: 1 }, ...(isText ? ['\0', '\ud800'] : ['text'])];
      for (const other of others) {
        expect(isRefused(status, replaced(command, path, other)), JSON.stringify(other)).toBe(true);
      }
      const mayBeNull = ['shippingAddress', 'shippingMethod'].includes(String(path.at(-1)));
      expect(isRefused(status, replaced(command, path, null))).toBe(!mayBeNull);
    },
  );

  it.each([
    ['request_return', 'delivered', 'lines'],
    ['decide_return', 'delivered', 'returnId'],
    ['decide_return', 'delivered', 'isApproved'],
    ['receive_return', 'delivered', 'returnId'],
  ] as const)('is refused where %s of an order that is %s lacks %s', (type, status, field) => {
    const command = sound.find((each) => each.command['type'] === type)?.command;
    expect(isRefused(status, { ...command, [field]: undefined })).toBe(true);
  });

  it('of an unknown or missing type → is refused', () => {
    for (const type of [undefined, null, 5, 'explode', 'constructor', '__proto__', 'toString']) {
      expect(isRefused('draft', { type }), String(type)).toBe(true);
    }
    for (const command of [undefined, null, 5, 'confirm', [], ['confirm']])
      expect(isRefused('draft', command)).toBe(true);
  });

  it.each([
    { fault: 'a location without a variant', line: { locationId: '00000000-0000-4000-8000-000000000001' } },
    { fault: 'a variant that is no UUID', line: { variantId: 'shirt' } },
    { fault: 'more units than a line may have', line: { quantity: 1_000_001, unitPriceMinor: 0 } },
  ])('is refused for what could not be written: $fault', ({ line }) => {
    const lines = [{ quantity: 1, unitPriceMinor: 5, requiresShipping: true, ...line }];
    expect(isRefused('draft', { type: 'edit_draft', lines })).toBe(true);
  });

  it('is refused with more lines than an order may have', () => {
    const lines = Array.from({ length: 501 }, () => ({
      quantity: 1,
      unitPriceMinor: 5,
      requiresShipping: true,
    }));
    expect(isRefused('draft', { type: 'edit_draft', lines })).toBe(true);
    expect(isRefused('draft', { type: 'edit_draft', lines: lines.slice(1) })).toBe(false);
  });

  it('has the limits that a request has, in characters and not in code units', () => {
    const cancelled = (reason: string): boolean => isRefused('confirmed', { type: 'cancel', reason });
    expect([cancelled('🧶'.repeat(500)), cancelled('🧶'.repeat(501))]).toEqual([false, true]);
    const shipped = (quantity: number) =>
      decide(soundFacts('confirmed'), { type: 'ship', lines: [{ lineId: 'a', quantity }] });
    expect(shipped(1_000_001)).toMatchObject({ message: expect.stringContaining('1000000') as string });
  });

  it('of any shape is accepted or refused, and never throws', () => {
    const type = fc.constantFrom(...sound.map(({ command }) => command['type']));
    const anyFields = fc.dictionary(
      fc.constantFrom(
        'lines',
        'amountMinor',
        'returnId',
        'shipmentId',
        'restockedLineIds',
        'isApproved',
        'reason',
        'metadata',
      ),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(fc.constantFrom(...orderStatuses), type, anyFields, (status, name, fields) => {
        isRefused(status, { ...fields, type: name });
      }),
      { numRuns: 1_000 },
    );
  });
});
