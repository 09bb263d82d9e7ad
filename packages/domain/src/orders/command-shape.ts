import type { OrderCommandOf, OrderCommandType } from './order-command.js';
import { malformed, noMoney, notAvailable } from './order-refusal.js';
import { statementOutcomes } from '../payments/payment-doubt.js';
import { limits } from '../kit/limits.js';
import { isStorable } from '../kit/storable.js';

type Check = (value: unknown, name: string) => void;
type Fields = Readonly<Record<string, Check>>;

/** Optional, but not nullable: `JSON.stringify(NaN)` is `null` and must be rejected. */
const optional =
  (check: Check): Check =>
  (value, name) => {
    if (value !== undefined) check(value, name);
  };

const nullable =
  (check: Check): Check =>
  (value, name) => {
    if (value !== null) check(value, name);
  };

/** Text that every store can keep: no NUL, and no half of a character. Lengths count characters. */
const textOf =
  (maxLength: number): Check =>
  (value, name) => {
    if (typeof value !== 'string') throw malformed(`${name} must be text`);
    const isTooLong = value.length > maxLength && Array.from(value).length > maxLength;
    if (isTooLong || !isStorable(value)) {
      throw malformed(`${name} must be at most ${maxLength} characters of text`);
    }
  };

const text = textOf(limits.name);
const reason = textOf(limits.reason);

/** Text that says something. */
const words =
  (maxLength: number): Check =>
  (value, name) => {
    textOf(maxLength)(value, name);
    if (String(value).trim() === '') throw malformed(`${name} must not be empty`);
  };

const oneOf =
  (values: readonly string[]): Check =>
  (value, name) => {
    if (typeof value !== 'string' || !values.includes(value)) {
      throw malformed(`${name} must be one of ${values.join(', ')}`);
    }
  };

/** An address that a page may show as a link. */
export const webAddressPattern = /^https?:\/\/[^\s/?#]+\S*$/;
const webAddress: Check = (value, name) => {
  words(limits.evidence)(value, name);
  if (!webAddressPattern.test(String(value))) throw malformed(`${name} must be an http(s) URL`);
};

const truth: Check = (value, name) => {
  if (typeof value !== 'boolean') throw malformed(`${name} must be true or false`);
};

const uuid: Check = (value, name) => {
  if (typeof value !== 'string' || !/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(value)) {
    throw malformed(`${name} must be a UUID`);
  }
};

const quantity: Check = (value, name) => {
  if (!isWhole(value) || value < 1 || value > limits.quantity) {
    throw notAvailable(`${name} must be a whole number from 1 to ${limits.quantity}`);
  }
};

const amount: Check = (value, name) => {
  if (!isWhole(value) || value < 0) {
    throw noMoney(`${name} must be a whole number of minor units that is not negative`);
  }
};

const isWhole = (value: unknown): value is number => Number.isSafeInteger(value);

const listOf =
  (check: Check): Check =>
  (value, name) => {
    if (!Array.isArray(value)) throw malformed(`${name} must be a list`);
    if (value.length > limits.lines) throw malformed(`${name} must be at most ${limits.lines}`);
    value.forEach((item: unknown, index) => {
      check(item, `${name}[${index}]`);
    });
  };

const object =
  (fields: Fields): Check =>
  (value, name) => {
    const record = recordOf(value, name);
    for (const [key, check] of Object.entries(fields)) check(record[key], `${name}.${key}`);
  };

const texts: Check = (value, name) => {
  for (const [key, item] of Object.entries(recordOf(value, name))) {
    text(key, `a key of ${name}`);
    textOf(limits.metadataValue)(item, `${name}.${key}`);
  }
};

function recordOf(value: unknown, name: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw malformed(`${name} must be an object`);
  }
  return value as Readonly<Record<string, unknown>>; // The check above leaves plain objects.
}

const lines = listOf(object({ lineId: text, quantity }));

const newLine: Check = (value, name) => {
  object({
    quantity,
    unitPriceMinor: amount,
    requiresShipping: truth,
    productTitle: optional(text),
    productId: optional(text),
    variantId: optional(uuid),
    locationId: optional(uuid),
    sku: optional(textOf(limits.sku)),
    variantTitle: optional(text),
  })(value, name);
  const { variantId, locationId } = recordOf(value, name);
  if (locationId !== undefined && variantId === undefined) {
    throw malformed(`${name}.locationId needs the variantId that is taken from it`);
  }
};

const address: Check = (value, name) => {
  texts(value, name);
  object({ line1: text, city: text, country: text })(value, name);
};

/** A request in an operator's name has the name and the reason. */
const request: Fields = { by: words(limits.name), reason: words(limits.reason) };

const shapes: Readonly<Record<OrderCommandType, Fields>> = {
  edit_draft: {
    lines: optional(listOf(newLine)),
    discountMinor: optional(amount),
    taxMinor: optional(amount),
    shippingMinor: optional(amount),
    shippingAddress: optional(nullable(address)),
    billingAddress: optional(nullable(address)),
    shippingMethod: optional(nullable(text)),
    metadata: optional(texts),
  },
  confirm: {},
  cancel: { reason: optional(reason) },
  cancel_units: { lines, reason: optional(reason) },
  start_processing: {},
  ship: {
    trackingNumber: optional(text),
    carrier: optional(text),
    lines: optional(lines),
    startsProcessing: optional(truth),
  },
  deliver: { shipmentId: optional(text) },
  close: {},
  request_return: { lines, reason: optional(reason) },
  decide_return: { returnId: text, isApproved: truth, reason: optional(reason) },
  receive_return: { returnId: text, restockedLineIds: optional(listOf(text)) },
  refund: {
    all: optional(truth),
    returnId: optional(text),
    lines: optional(lines),
    amountMinor: optional(amount),
    reason: optional(reason),
  },
  issue_invoice: { invoiceId: uuid },
  void_invoice: { invoiceId: uuid },
  record_payment: {
    invoiceId: uuid,
    amountMinor: amount,
    currency: text,
    method: text,
    reference: optional(text),
  },
  retry: request,
  give_up: request,
  resolve_payment: {
    ...request,
    outcome: oneOf(statementOutcomes),
    amountMinor: optional(amount),
    providerObjectId: optional(words(limits.name)),
    evidence: words(limits.evidence),
    evidenceUrl: optional(webAddress),
  },
};

/**
 * Looks whether something is a command at all. What comes over HTTP was parsed; what operators send to a workflow by
 * hand was not, and must neither be taken for something else nor fail where it is written.
 *
 * @throws RefusedError that names the field
 */
export function checkShape(command: unknown): void {
  const { type } = recordOf(command, 'the command');
  if (typeof type !== 'string' || !isCommandType(type)) throw malformed('there is no such command');
  object(shapes[type])(command, type);
  if (type === 'refund') assertNamesRefund(recordOf(command, type));
}

/** A refund of everything is never guessed from a command that names nothing. */
function assertNamesRefund({
  all,
  returnId,
  lines: units,
  amountMinor,
}: Partial<OrderCommandOf<'refund'>>): void {
  const isPart = returnId !== undefined || units !== undefined || amountMinor !== undefined;
  if (all === true && isPart) {
    throw malformed(
      '"all" gives back all that is left, and cannot be combined with an amount, items or a return',
    );
  }
  if (all !== true && !isPart) {
    throw malformed('a refund names an amount, items, a return, or "all": true for all that is left');
  }
}

const isCommandType = (type: string): type is OrderCommandType => Object.hasOwn(shapes, type);
