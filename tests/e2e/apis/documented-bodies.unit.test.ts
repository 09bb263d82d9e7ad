import {
  changeSalesOrderStatus,
  createCommerceOrder,
  createOrder,
  createProduct,
  createRefund,
  createSalesOrder,
  editSalesOrder,
  hashOfSalesOrder,
  operations,
  parseBody,
  recordPayment,
  resolvePayment,
  toCommerceOrder,
  toCreateOrder,
  toCreateProduct,
  toRecordPayment,
  toRefund,
  toResolvePayment,
  toSalesOrderEdit,
  toSalesOrderStatus,
  toUpdateProduct,
  updateProduct,
  type BodyOf,
  type OperationSpec,
} from '@oms/contracts/http';
import { RefusedError } from '@oms/domain';
import { describe, expect, it } from 'vitest';

import { mutatingOperations } from './accepted-operations.js';
import { withEdge } from './edge-values.js';
import { isObject, isValid, resolved } from './json-schema.js';
import { diceOf, validValue } from './schema-values.js';

const tenantId = '11111111-1111-4111-8111-111111111111';
const dollars = { code: 'USD', exponent: 2 };

/** The conversion of each parsed body, as far as it needs no look-up. */
const further: Readonly<Record<string, (body: unknown) => unknown>> = {
  ...then(createOrder, toCreateOrder),
  ...then(createRefund, (body) => toRefund(body, dollars, 1)),
  ...then(resolvePayment, (body) => toResolvePayment(body, 'operator', dollars.exponent)),
  ...then(createSalesOrder, (body) => hashOfSalesOrder(tenantId, body)),
  ...then(editSalesOrder, ({ line_items: items, ...rest }) => {
    const products = (items ?? []).map(({ product_id: id }) => ({
      ...{ id, title: 'a product', currency: dollars.code },
      variants: [{ id: tenantId, priceMinor: 1, requiresShipping: true }],
    }));
    // The catalogue decides about the variant.
    const lines = items?.map(({ variant_id: _, ...item }) => item);
    return toSalesOrderEdit({ ...rest, ...(lines ? { line_items: lines } : {}) }, dollars, products);
  }),
  ...then(changeSalesOrderStatus, toSalesOrderStatus),
  ...then(createProduct, toCreateProduct),
  ...then(updateProduct, (body) => toUpdateProduct(body, dollars.exponent)),
  ...then(recordPayment, toRecordPayment),
  ...then(createCommerceOrder, (body) => toCommerceOrder(tenantId, body)),
};

function then<Spec extends OperationSpec>(operation: Spec, convert: (body: BodyOf<Spec>) => unknown) {
  return { [operation.id]: (body: unknown) => convert(body as BodyOf<Spec>) };
}

/** Refusals of bodies that the document allows, because JSON Schema cannot express the rule. */
const unsayable: readonly RegExp[] = [
  /must be well-formed Unicode$/,
  // The limits of an amount depend on the currency and on the other amounts.
  /must have (no|at most \d) decimals in this currency$/,
  /must be at most [\d.]+$/,
  /^the discount must not be larger than the sum of the items$/,
  /^the order's total is too large/,
  /^tax_amount is the sum of the taxes of the items/,
  /^the tax (of item \d+ )?must not be larger than/,
  // A number may have more decimals than a rate.
  /tax_rate must be a percentage with at most 4 decimals/,
  // JSON has no other numbers, and JavaScript writes such small ones with an exponent.
  /must be a decimal number that is not negative/,
  /^expires_at must be an ISO 8601 time with an offset/,
];

const known = {
  unit_price: ['10', '0.5', 7, '89.99'],
  quantity: [1, 2],
};

/** Bodies that are checked further after parsing. */
const checkedLater: ReadonlySet<string> = new Set(['connectErp']);

/** The parser's refusal of a body; `undefined` for an accepted one. */
function refusalOf(operation: OperationSpec, body: unknown): string | undefined {
  try {
    const parsed = parseBody(operation, body);
    further[operation.id]?.(parsed);
    return undefined;
  } catch (error) {
    if (error instanceof RefusedError) return error.message;
    throw error;
  }
}

// A webhook's body is its provider's.
const taking = mutatingOperations.filter(({ id, schema }) => schema !== undefined && id !== 'receiveWebhook');

describe('documented bodies', () => {
  it.each(taking)('$id: the parser accepts exactly the bodies that the document allows', ({ id, schema }) => {
    const operation = operations.find((one) => one.id === id);
    if (!operation || !schema) throw new Error(`${id} takes no body`);
    const seen = { allowed: 0, forbidden: 0 };
    for (let run = 0; run < 300; run += 1) {
      const dice = diceOf(run);
      const fields = { row: run, keepsRules: true };
      const made = validValue(schema, { dice, fields, fieldsWithin: fields, known, knownShare: 0.85 });
      expect(isValid(schema, made), `${run}: ${JSON.stringify(made)}`).toBe(true);
      const body: unknown = JSON.parse(
        JSON.stringify(run % 3 === 0 ? made : withEdge(resolved(schema), made, dice)),
      );
      // Another body is refused before anybody parses it.
      if (!isObject(body)) continue;
      const refusal = refusalOf(operation, body);
      const isAllowed = isValid(schema, body);
      seen[isAllowed ? 'allowed' : 'forbidden'] += 1;
      const isExplained = refusal !== undefined && unsayable.some((rule) => rule.test(refusal));
      const said = `${run}: ${refusal ?? 'accepted'}: ${JSON.stringify(body)}`;
      if (isAllowed) expect(refusal === undefined || isExplained, said).toBe(true);
      else if (!checkedLater.has(id)) expect(refusal, said).toBeDefined();
    }
    expect(seen.allowed).toBeGreaterThan(100);
    expect(seen.forbidden).toBeGreaterThan(20);
  });
});
