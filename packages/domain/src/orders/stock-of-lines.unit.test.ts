import { describe, expect, it } from 'vitest';

import type { NewOrderLine } from './order.js';
import { refusedStock, skusToStock, stockOfLines, type StockedSku } from './stock-of-lines.js';

const line = (fields: Partial<NewOrderLine>): NewOrderLine => ({
  ...{ quantity: 1, unitPriceMinor: 100, requiresShipping: true },
  ...fields,
});
const level = (sku: string, variantId: string, locationId: string): StockedSku => ({
  ...{ sku, variantId, locationId },
});

describe('the stock of lines', () => {
  it('looks up the SKUs of lines that name no variant, each once', () => {
    const lines = [{ sku: 'A' }, { sku: 'A' }, { sku: 'B', variantId: 'v' }, { sku: '' }, {}].map(line);
    expect(skusToStock(lines)).toEqual(['A']);
  });

  it('one location stocks the SKU → its variant and location', () => {
    const levels = [level('A', 'variant-a', 'here'), level('B', 'variant-b', 'there')];
    const { lines, faults } = stockOfLines([line({ sku: 'B' }), line({ sku: 'A' })], levels);
    expect(faults).toEqual([]);
    expect(lines).toMatchObject([
      { sku: 'B', variantId: 'variant-b', locationId: 'there' },
      { sku: 'A', variantId: 'variant-a', locationId: 'here' },
    ]);
  });

  it('no location stocks the SKU → a line without stock, as it was', () => {
    const lines = [line({ sku: 'NONE' }), line({ productTitle: 'Wrapping' })];
    expect(stockOfLines(lines, [level('A', 'v', 'here')])).toEqual({ lines, faults: [] });
  });

  it('a line that names its variant stays as it is, whatever its SKU', () => {
    const lines = [line({ sku: 'A', variantId: 'mine', locationId: 'there' })];
    expect(stockOfLines(lines, [level('A', 'v', 'here')])).toEqual({ lines, faults: [] });
  });

  it('several locations → a fault that lists them, unless the line names one', () => {
    const levels = [level('A', 'v', 'loc-2'), level('A', 'v', 'loc-1'), level('B', 'w', 'loc-3')];
    const { lines, faults } = stockOfLines([line({ sku: 'B' }), line({ sku: 'A' })], levels);
    expect(faults).toEqual([
      {
        field: 'items[1].location_id',
        message:
          'items[1].location_id is required: several locations stock the SKU of its line: loc-1, loc-2',
        reason: 'ambiguous_sku',
      },
    ]);
    expect(lines[1]).not.toHaveProperty('variantId');
    expect(stockOfLines([line({ sku: 'A', locationId: 'loc-2' })], levels)).toMatchObject({
      lines: [{ variantId: 'v', locationId: 'loc-2' }],
      faults: [],
    });
  });

  it('more than 20 locations → 20 of them, and the number of the rest', () => {
    const levels = Array.from({ length: 23 }, (_, n) => level('A', 'v', `loc-${10 + n}`));
    const [fault] = stockOfLines([line({ sku: 'A' })], levels).faults;
    expect(fault?.message).toMatch(/: loc-10, loc-11, .*, loc-29 and 3 more$/);
  });

  it('a named location without a level → a fault, and nothing of it in the line', () => {
    const elsewhere = stockOfLines([line({ sku: 'A', locationId: 'there' })], [level('A', 'v', 'here')]);
    expect(elsewhere.faults).toMatchObject([
      {
        field: 'items[0].location_id',
        message: 'items[0].location_id does not stock the SKU of its line; these do: here',
        reason: 'out_of_stock',
      },
    ]);
    expect(elsewhere.lines[0]).not.toHaveProperty('locationId');
    const [nowhere] = stockOfLines([line({ sku: '', locationId: 'there' })], []).faults;
    expect(nowhere?.message).toContain('no location does');
  });

  it('several variants have the SKU → a fault, unless the named location stocks one of them', () => {
    const levels = [level('A', 'v', 'here'), level('A', 'w', 'there')];
    expect(stockOfLines([line({ sku: 'A' })], levels).faults).toMatchObject([
      { field: 'items[0].variant_id', reason: 'ambiguous_sku' },
    ]);
    expect(stockOfLines([line({ sku: 'A', locationId: 'there' })], levels).lines[0]).toMatchObject({
      variantId: 'w',
    });
  });

  it('the refusal has every fault, and a field only if there is one', () => {
    const levels = [level('A', 'v', 'loc-1'), level('A', 'v', 'loc-2')];
    const faultsOf = (count: number) =>
      stockOfLines(
        Array.from({ length: count }, () => line({ sku: 'A' })),
        levels,
      ).faults;
    expect(refusedStock(faultsOf(1))).toMatchObject({
      ...{ code: 'INVALID_REQUEST', field: 'items[0].location_id' },
      details: { faults: [{ field: 'items[0].location_id', code: 'INVALID_VALUE' }] },
    });
    expect(refusedStock(faultsOf(2))).not.toHaveProperty('field');
    expect(refusedStock(faultsOf(2)).details?.faults).toHaveLength(2);
  });
});
