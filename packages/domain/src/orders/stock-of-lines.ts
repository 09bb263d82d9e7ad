import { FaultCode, refusal, RefusalCode, type Fault, type Refusal } from '../kit/refusal.js';
import { CancellationReason } from './cancellation-reason.js';
import type { NewOrderLine } from './order.js';

/** A level of stock, under the SKU of its variant. */
export interface StockedSku {
  readonly sku: string;
  readonly variantId: string;
  readonly locationId: string;
}

/** A line whose SKU is stocked, but not at exactly one place that the line can mean. */
export interface StockFault {
  /** The path of the field on the Orders API, such as `items[0].location_id`. */
  readonly field: string;
  /** A whole sentence without the client's values. */
  readonly message: string;
  /** The reason of the cancellation, if the order can no longer be refused. */
  readonly reason: typeof CancellationReason.AmbiguousSku | typeof CancellationReason.OutOfStock;
}

export interface StockOfLines {
  readonly lines: readonly NewOrderLine[];
  /** Empty if every line is decided. */
  readonly faults: readonly StockFault[];
}

/** The SKUs of the lines that name no variant, each once. Their stock has to be looked up. */
export function skusToStock(lines: readonly NewOrderLine[]): readonly string[] {
  const skus = lines.flatMap(({ variantId, sku }) => (variantId === undefined && sku ? [sku] : []));
  return [...new Set(skus)];
}

/**
 * Gives each line that names a SKU and no variant its variant and its location. Such a line is then inventory-backed, like
 * a line that names both itself. A SKU without a level stays a line without stock. The location may be left out where one
 * location stocks the SKU.
 *
 * @param levels all levels of the SKUs of {@link skusToStock}
 */
export function stockOfLines(lines: readonly NewOrderLine[], levels: readonly StockedSku[]): StockOfLines {
  const decided = lines.map((line, index) => stockOfLine(line, `items[${index}]`, levels));
  return {
    lines: decided.map(({ line }) => line),
    faults: decided.flatMap(({ fault }) => (fault ? [fault] : [])),
  };
}

/** The refusal of a request whose lines have these faults. */
export function refusedStock(faults: readonly StockFault[]): Refusal {
  const [first] = faults;
  const details: readonly Fault[] = faults.map(({ field, message }) => ({
    ...{ field, code: FaultCode.InvalidValue, message },
  }));
  return refusal(RefusalCode.InvalidRequest, sayStockFaults(faults), {
    ...(first && faults.length === 1 ? { field: first.field } : {}),
    details: { faults: details },
  });
}

/** The faults in one text. */
export const sayStockFaults = (faults: readonly StockFault[]): string =>
  faults.map(({ message }) => message).join('; ');

interface StockOfLine {
  readonly line: NewOrderLine;
  readonly fault?: StockFault;
}

function stockOfLine(line: NewOrderLine, path: string, levels: readonly StockedSku[]): StockOfLine {
  const { variantId, sku, locationId } = line;
  if (variantId !== undefined) return { line };
  const ofSku = levels.filter((level) => level.sku === sku);
  const named = ofSku.filter((level) => locationId === undefined || level.locationId === locationId);
  const [only, ...others] = named;
  if (only && others.length === 0) {
    return { line: { ...line, variantId: only.variantId, locationId: only.locationId } };
  }
  if (!only)
    return locationId === undefined
      ? { line }
      : { line: withoutPlace(line), fault: notStockedAt(path, ofSku) };
  const isOneVariant = new Set(named.map((level) => level.variantId)).size === 1;
  return {
    line: withoutPlace(line),
    fault: isOneVariant ? severalLocations(path, named) : severalVariants(path),
  };
}

/** A line of an order that cannot be reserved. A location without a variant is not recorded. */
function withoutPlace({ locationId: _, ...line }: NewOrderLine): NewOrderLine {
  return line;
}

function notStockedAt(path: string, ofSku: readonly StockedSku[]): StockFault {
  const field = `${path}.location_id`;
  const where = ofSku.length === 0 ? 'no location does' : `these do: ${locationsOf(ofSku)}`;
  const message = `${field} does not stock the SKU of its line; ${where}`;
  return { field, message, reason: CancellationReason.OutOfStock };
}

function severalLocations(path: string, ofSku: readonly StockedSku[]): StockFault {
  const field = `${path}.location_id`;
  const message = `${field} is required: several locations stock the SKU of its line: ${locationsOf(ofSku)}`;
  return { field, message, reason: CancellationReason.AmbiguousSku };
}

function severalVariants(path: string): StockFault {
  const field = `${path}.variant_id`;
  const message = `${field} is required with location_id: several variants have the SKU of its line`;
  return { field, message, reason: CancellationReason.AmbiguousSku };
}

/** The largest number of locations that a message lists. */
const mostLocations = 20;

/** The locations of levels, each once, sorted by their ids. */
function locationsOf(levels: readonly StockedSku[]): string {
  const ids = [...new Set(levels.map(({ locationId }) => locationId))].sort();
  const rest = ids.length - mostLocations;
  return ids.slice(0, mostLocations).join(', ') + (rest > 0 ? ` and ${rest} more` : '');
}
