import { refused, RefusalCode } from '../kit/refusal.js';
import type { LineQuantity } from '../kit/line-quantity.js';

/** In what condition units of a return, or of a shipment that did not reach the customer, came back. */
export const UnitCondition = {
  /** They can be sold again: they are put back into stock. */
  Restock: 'restock',
  /** They came back, and cannot be sold again. */
  Damaged: 'damaged',
  /** They did not come back. Of a return, they count as delivered, and can be returned later. */
  Missing: 'missing',
} as const;
export type UnitCondition = (typeof UnitCondition)[keyof typeof UnitCondition];

export const unitConditions: readonly UnitCondition[] = Object.values(UnitCondition);

/** Units of a line in one condition. */
export interface ConditionedUnits extends LineQuantity {
  readonly condition: UnitCondition;
}

/** How many units of a line came back, by condition. The three add up to the units of the line in the document. */
export interface ReceivedLine extends Readonly<Record<UnitCondition, number>> {
  readonly lineId: string;
}

/**
 * Adds up the conditions of all units of a return or a shipment. Every unit has a condition, so that none is lost from sight.
 *
 * @param noun the document's name in messages
 * @param units absent: all can be sold again
 * @throws RefusedError for a line that the document lacks, and for conditions of more or fewer units than it has
 */
export function receivedLines(
  noun: 'return' | 'shipment',
  lines: readonly LineQuantity[],
  units?: readonly ConditionedUnits[],
): readonly ReceivedLine[] {
  const named = units ?? lines.map((line) => ({ ...line, condition: UnitCondition.Restock }));
  const stranger = named.find(({ lineId }) => !lines.some((line) => line.lineId === lineId));
  if (stranger) throw refused(RefusalCode.PartNotFound, `the ${noun} has no line ${stranger.lineId}`);
  return lines.map(({ lineId, quantity }): ReceivedLine => {
    const ofLine = named.filter((unit) => unit.lineId === lineId);
    if (sum(ofLine) !== quantity) {
      throw refused(
        RefusalCode.QuantityNotAvailable,
        `the ${noun} has ${quantity} units of line ${lineId}; the conditions name ${sum(ofLine)}`,
      );
    }
    const inCondition = (wanted: UnitCondition): number =>
      sum(ofLine.filter(({ condition }) => condition === wanted));
    return {
      lineId,
      restock: inCondition(UnitCondition.Restock),
      damaged: inCondition(UnitCondition.Damaged),
      missing: inCondition(UnitCondition.Missing),
    };
  });
}

const sum = (units: readonly { readonly quantity: number }[]): number =>
  units.reduce((total, { quantity }) => total + quantity, 0);

/** The units in some conditions, without lines that have none. */
export function unitsThatAre(
  received: readonly ReceivedLine[],
  ...conditions: readonly UnitCondition[]
): readonly LineQuantity[] {
  return received
    .map((line) => ({
      lineId: line.lineId,
      quantity: conditions.reduce((total, condition) => total + line[condition], 0),
    }))
    .filter(({ quantity }) => quantity > 0);
}
