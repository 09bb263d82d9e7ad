import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { receivedLines, unitConditions, unitsThatAre, type ConditionedUnits } from './unit-condition.js';

/** A document's lines, and the conditions of their units in any split and sequence. */
const documents = fc
  .uniqueArray(fc.constantFrom('a', 'b', 'c'), { minLength: 1 })
  .chain((ids) =>
    fc.tuple(
      ...ids.map((lineId) =>
        fc
          .array(
            fc.record({
              condition: fc.constantFrom(...unitConditions),
              quantity: fc.integer({ min: 1, max: 9 }),
            }),
            {
              minLength: 1,
              maxLength: 5,
            },
          )
          .map((parts) => ({ lineId, parts })),
      ),
    ),
  )
  .map((lines) => ({
    lines: lines.map(({ lineId, parts }) => ({ lineId, quantity: sumOf(parts) })),
    units: lines.flatMap(({ lineId, parts }): ConditionedUnits[] =>
      parts.map((part) => ({ lineId, ...part })),
    ),
  }));

const sumOf = (units: readonly { readonly quantity: number }[]): number =>
  units.reduce((sum, { quantity }) => sum + quantity, 0);

describe('the conditions of all units of a document', () => {
  it('add up to its units, by line and by condition, in any split', () => {
    fc.assert(
      fc.property(documents, fc.boolean(), ({ lines, units }, isReversed) => {
        const received = receivedLines('shipment', lines, isReversed ? [...units].reverse() : units);
        expect(
          received.map(({ lineId, restock, damaged, missing }) => [lineId, restock + damaged + missing]),
        ).toEqual(lines.map(({ lineId, quantity }) => [lineId, quantity]));
        for (const condition of unitConditions) {
          expect(sumOf(unitsThatAre(received, condition))).toBe(
            sumOf(units.filter((unit) => unit.condition === condition)),
          );
        }
        expect(unitsThatAre(received, ...unitConditions)).toEqual(lines);
      }),
    );
  });

  it('are refused where one unit is missing, or one too many', () => {
    fc.assert(
      fc.property(documents, fc.constantFrom(-1, 1), ({ lines: [first, ...lines], units }, off) => {
        if (!first) return;
        const other = [{ ...first, quantity: first.quantity + off }, ...lines];
        expect(() => receivedLines('return', other, units)).toThrow('; the conditions name ');
      }),
    );
  });

  it('are restock for all units where nobody names them', () => {
    fc.assert(
      fc.property(documents, ({ lines }) => {
        expect(unitsThatAre(receivedLines('shipment', lines), 'restock')).toEqual(lines);
      }),
    );
  });
});
