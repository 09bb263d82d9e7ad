import type { Address } from '../kit/address.js';
import {
  computeTotals,
  haveOwnTaxes,
  lineAmounts,
  type Adjustments,
  type LineTax,
  type OrderTotals,
  type PricedLine,
} from '../kit/line-amounts.js';
import { limits } from '../kit/limits.js';
import { refusalIn, refused, RefusalCode, type RefusedError } from '../kit/refusal.js';
import type { AddressChange, EditCommand } from './order-command.js';
import type { OrderDetails, OrderFacts } from './order-facts.js';
import { notAllowed, notAvailable } from './order-refusal.js';
import { OrderStatus } from './order-status.js';

/** Values of changed fields. Null: none. */
export type DetailValues = {
  readonly [Field in keyof OrderDetails]?: NonNullable<OrderDetails[Field]> | null;
};

/** The computed effect of an edit. */
export interface OrderEdit {
  /** The names of the changed fields, sorted. Empty for a no-op. */
  readonly changed: readonly string[];
  readonly totals: OrderTotals;
  /** The tax of every line, in sequence, where lines have taxes of their own and the amounts were computed. */
  readonly lineTaxesMinor?: readonly number[];
  /** The values of the changed details. */
  readonly before: DetailValues;
  readonly after: DetailValues;
}

const amounts = ['discountMinor', 'taxMinor', 'taxesIncluded', 'shippingMinor'] as const;
const ofDrafts = ['lines', ...amounts, 'paymentReference'] as const;
const ofDelivery = ['shippingAddress', 'billingAddress', 'shippingMethod'] as const;

/** The statuses of an order that has something left to ship. */
const statusesBeforeShipping: readonly OrderStatus[] = [
  OrderStatus.Draft,
  OrderStatus.Pending,
  OrderStatus.Confirmed,
  OrderStatus.Processing,
];

/** Whether an edit changes notes, tags and metadata alone, which is possible at any time. */
export function isAnnotation(command: EditCommand): boolean {
  return [...ofDrafts, ...ofDelivery].every((field) => command[field] === undefined);
}

/**
 * Decides an edit. Each field has its time: items, amounts and payment can be changed in a draft, addresses until the last
 * unit has shipped, and notes, tags and metadata always.
 */
export function decideEdit(facts: OrderFacts, command: EditCommand): OrderEdit {
  if (command.version !== undefined && command.version !== facts.version) {
    throw refused(
      RefusalCode.StaleVersion,
      'the order was changed in the meantime; read it, and change its newest version',
      { field: 'version' },
    );
  }
  assertInTime(facts, command);
  const { before, after, names } = changedDetails(facts.details, editedDetails(facts.details, command));
  const edited = editedAmounts(facts, command);
  const changedAmounts = amounts.filter(
    (field) => (edited.totals[field] ?? false) !== (facts.totals[field] ?? false),
  );
  return {
    changed: [...(command.lines ? ['lines'] : []), ...changedAmounts, ...names].sort(),
    ...{ ...edited, before, after },
  };
}

function assertInTime(facts: OrderFacts, command: EditCommand): void {
  const { status } = facts;
  if (status !== OrderStatus.Draft && ofDrafts.some((field) => command[field] !== undefined)) {
    throw notAllowed(facts, `items, amounts and payment of an order that is ${status} cannot be changed`);
  }
  if (command.paymentReference !== undefined && facts.details.paymentReference === undefined) {
    throw incomplete('payment_reference', 'payment_reference needs an order that names a payment provider');
  }
  const late = ofDelivery.find((field) => command[field] !== undefined);
  if (late === undefined || statusesBeforeShipping.includes(status)) return;
  throw refused(
    RefusalCode.NothingLeftToShip,
    `addresses and shipping method of an order that is ${status} cannot be changed: nothing of it is left to ship`,
    { field: fieldOf(late) },
  );
}

function editedAmounts(
  facts: OrderFacts,
  command: EditCommand,
): Pick<OrderEdit, 'totals' | 'lineTaxesMinor'> {
  const { lines = facts.lines } = command;
  const isRepriced = command.lines !== undefined || amounts.some((field) => command[field] !== undefined);
  if (!isRepriced) return { totals: facts.totals };
  if (lines.length === 0) throw notAvailable('an order needs at least one line');
  try {
    const totals = computeTotals(lines, adjustmentsOf(facts, command, lines));
    if (!haveOwnTaxes(lines)) return { totals };
    return { totals, lineTaxesMinor: lineAmounts<PricedLine>(lines, totals).map(({ taxMinor }) => taxMinor) };
  } catch (error) {
    const { message, field } = refusalIn(error);
    throw refused(RefusalCode.AmountNotAvailable, message, field === undefined ? {} : { field });
  }
}

/** The draft's amounts, changed by the command. The taxes of lines take the place of a tax of the order, and back. */
function adjustmentsOf(
  { totals, lines: linesBefore }: OrderFacts,
  command: EditCommand,
  lines: readonly LineTax[],
): Adjustments {
  const isTaxedByLine = haveOwnTaxes(lines) || haveOwnTaxes(linesBefore);
  return {
    discountMinor: command.discountMinor ?? totals.discountMinor,
    taxMinor: command.taxMinor ?? (isTaxedByLine ? 0 : totals.taxMinor),
    taxesIncluded: command.taxesIncluded ?? totals.taxesIncluded ?? false,
    shippingMinor: command.shippingMinor ?? totals.shippingMinor,
  };
}

/** The details after an edit: those that it does not name stay, and null removes. */
function editedDetails(details: OrderDetails, command: EditCommand): DetailValues {
  const { paymentReference, shippingAddress, billingAddress, shippingMethod, note, tags, metadata } = command;
  return definedOf({
    paymentReference,
    shippingAddress: shippingAddress && mergedAddress(details, 'shippingAddress', shippingAddress),
    billingAddress: billingAddress && mergedAddress(details, 'billingAddress', billingAddress),
    shippingMethod,
    note,
    tags: tags === undefined ? undefined : [...new Set(tags ?? [])],
    metadata: metadata === undefined ? undefined : mergedMetadata(details.metadata, metadata),
  });
}

function mergedAddress(
  details: OrderDetails,
  which: 'shippingAddress' | 'billingAddress',
  change: AddressChange,
): Address {
  // Parts of two addresses never mix: a new first line begins a new address.
  const base = change.line1 === undefined ? details[which] : {};
  const { line1, city, country, ...rest } = { ...base, ...definedOf(change) };
  return {
    line1: needed(line1, which, 'line1'),
    city: needed(city, which, 'city'),
    country: needed(country, which, 'country'),
    ...withoutNulls(rest),
  };
}

function needed(value: string | undefined, which: string, part: string): string {
  if (value !== undefined) return value;
  const field = `${fieldOf(which)}.${part}`;
  throw incomplete(field, `${field} is required: the address is a new one`);
}

function mergedMetadata(
  before: OrderDetails['metadata'],
  change: NonNullable<EditCommand['metadata']> | null,
): OrderDetails['metadata'] {
  const merged = change === null ? {} : withoutNulls({ ...before, ...change });
  if (Object.keys(merged).length <= limits.metadataKeys) return merged;
  throw incomplete('metadata', `metadata must have at most ${limits.metadataKeys} keys`);
}

const incomplete = (field: string, message: string): RefusedError =>
  refused(RefusalCode.InvalidRequest, message, { field });

/** The details that differ, before and after an edit. */
function changedDetails(details: OrderDetails, edited: DetailValues) {
  const names = (Object.keys(edited) as (keyof OrderDetails)[]).filter(
    (name) => keyOf(details[name]) !== keyOf(edited[name]),
  );
  const pick = (values: DetailValues): DetailValues =>
    Object.fromEntries(names.map((name) => [name, values[name] ?? null]));
  return { names, before: pick(details), after: pick(edited) };
}

/** Equal for equal values: PostgreSQL sorts the keys of an object. */
function keyOf(value: unknown): string {
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value);
  return JSON.stringify(
    isRecord ? Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)) : (value ?? null),
  );
}

/** The name of a field on the APIs. */
const fieldOf = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

type Defined<Values> = { [Field in keyof Values]: Exclude<Values[Field], undefined> };

function definedOf<Values extends object>(values: Values): Partial<Defined<Values>> {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Partial<Defined<Values>>; // Exactly the values that the type excludes are gone.
}

function withoutNulls<Values extends object>(
  values: Values,
): { [Field in keyof Values]: NonNullable<Values[Field]> } {
  const entries = Object.entries(values).filter(([, value]) => value !== null);
  return Object.fromEntries(entries) as { [Field in keyof Values]: NonNullable<Values[Field]> }; // As above.
}
