import {
  hashOfSalesOrder,
  openApiDocument,
  parseAdjustStock,
  parseCancelOrder,
  parseChangeSettings,
  parseCommerceOrder,
  parseConnectErp,
  parseCreateApiKey,
  parseCreateFulfillment,
  parseCreateOrder,
  parseCreateProduct,
  parseCreateRefund,
  parseCreateReturn,
  parseCreateSalesOrder,
  parseDecideReturn,
  parseEditSalesOrder,
  parseOperation,
  parseReceiveReturn,
  parseRecordPayment,
  parseResolvePayment,
  parseRotateApiKey,
  parseSalesOrderStatus,
  parseUpdateProduct,
  RequestError,
  toCreateProduct,
  toDraftEdit,
  toUpdateProduct,
} from '@oms/contracts/http';
import { paymentProviderNames } from '@oms/domain';
import { describe, expect, it } from 'vitest';

import { withEdge } from './edge-values.js';
import { isObject, isValid, resolved, type Schema } from './json-schema.js';
import { diceOf, validValue } from './schema-values.js';

const tenantId = '11111111-1111-4111-8111-111111111111';
const dollars = { code: 'USD', exponent: 2 };

/** How the gateway reads each body, as far as nothing has to be looked up for it. */
const parsers: Readonly<Record<string, (body: unknown) => unknown>> = {
  CreateOrder: (body) => parseCreateOrder(body, paymentProviderNames),
  CancelOrder: parseCancelOrder,
  CreateFulfillment: parseCreateFulfillment,
  CreateReturn: parseCreateReturn,
  DecideReturn: (body) => parseDecideReturn(body, tenantId, true),
  ReceiveReturn: (body) => parseReceiveReturn(body, tenantId),
  CreateRefund: (body) => parseCreateRefund(body, dollars.exponent),
  Operation: (body) => parseOperation(body, 'operator'),
  ResolvePayment: (body) => parseResolvePayment(body, 'operator', dollars.exponent),
  CreateSalesOrder: (body) => hashOfSalesOrder(tenantId, parseCreateSalesOrder(body)),
  EditSalesOrder: (body) => {
    const { line_items: items, ...rest } = parseEditSalesOrder(body);
    const products = (items ?? []).map(({ product_id: id }) => ({
      ...{ id, title: 'a product', currency: dollars.code },
      variants: [{ id: tenantId, priceMinor: 1, requiresShipping: true }],
    }));
    // Which of its variants is meant is for the catalogue to say.
    const lines = items?.map(({ variant_id: _, ...item }) => item);
    return toDraftEdit({ ...rest, ...(lines ? { line_items: lines } : {}) }, dollars, products);
  },
  ChangeSalesOrderStatus: parseSalesOrderStatus,
  CreateProduct: (body) => toCreateProduct(parseCreateProduct(body)),
  UpdateProduct: (body) => toUpdateProduct(parseUpdateProduct(body), dollars.exponent),
  AdjustStock: parseAdjustStock,
  RecordPayment: parseRecordPayment,
  CreateCommerceOrder: (body) => parseCommerceOrder(tenantId, body, paymentProviderNames),
  CreateApiKey: (body) => parseCreateApiKey(body, new Date(0)),
  RotateApiKey: parseRotateApiKey,
  ConnectErp: parseConnectErp,
  ChangeSettings: parseChangeSettings,
};

/** Refusals of bodies that the document allows, since JSON Schema has no words for the rule. */
const unsayable: readonly RegExp[] = [
  /must be well-formed Unicode$/,
  // What an amount may be depends on the currency, and on what else is to be paid.
  /must have (no|at most \d) decimals in this currency$/,
  /must be at most [\d.]+$/,
  /^the discount must not be larger than the sum of the items$/,
  /^the order's total is too large/,
  // JSON has no other numbers, and JavaScript writes such small ones with an exponent.
  /must be a decimal number that is not negative/,
  /^expires_at must be an ISO 8601 time with an offset/,
  /^expires_at must be in the future$/,
];

const known = {
  unit_price: ['10', '0.5', 7, '89.99'],
  quantity: [1, 2],
};

/** Bodies that are looked at more closely than by their parser, once they are read. */
const checkedLater: ReadonlySet<string> = new Set(['ConnectErp']);

/** The parser's refusal of a body; `undefined` for an accepted one. */
function refusalOf(name: string, body: unknown): string | undefined {
  try {
    parsers[name]?.(body);
    return undefined;
  } catch (error) {
    if (error instanceof RequestError) return error.message;
    throw error;
  }
}

const taken = [
  ...JSON.stringify(openApiDocument().paths).matchAll(
    /"requestBody":\{[^}]*"\$ref":"#\/components\/schemas\/(\w+)"/g,
  ),
].map(([, name = '']) => name);
const names = [...new Set(taken)];

describe('documented bodies', () => {
  it('have each a parser in the table', () => {
    expect(names.sort()).toEqual(Object.keys(parsers).sort());
  });

  it.each(names)('%s: the parser accepts exactly the bodies that the document allows', (name) => {
    const schema: Schema = { $ref: `#/components/schemas/${name}` };
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
      const refusal = refusalOf(name, body);
      const isAllowed = isValid(schema, body);
      seen[isAllowed ? 'allowed' : 'forbidden'] += 1;
      const isExplained = refusal !== undefined && unsayable.some((rule) => rule.test(refusal));
      const said = `${run}: ${refusal ?? 'accepted'}: ${JSON.stringify(body)}`;
      if (isAllowed) expect(refusal === undefined || isExplained, said).toBe(true);
      else if (!checkedLater.has(name)) expect(refusal, said).toBeDefined();
    }
    expect(seen.allowed).toBeGreaterThan(100);
    expect(seen.forbidden).toBeGreaterThan(20);
  });
});
