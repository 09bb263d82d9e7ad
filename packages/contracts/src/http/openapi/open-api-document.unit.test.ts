import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

import { createOrderExample } from '../orders/create-order-example.js';
import { openApiDocument } from './open-api-document.js';
import { parseCreateOrder } from '../orders/parse-create-order.js';
import { RequestError } from '../kit/request-error.js';

const operation = z.looseObject({
  operationId: z.string(),
  parameters: z.array(z.looseObject({ name: z.string().optional() })).default([]),
  responses: z.record(z.string(), z.looseObject({})),
});
const pathItem = z.object({
  parameters: z.array(z.looseObject({ $ref: z.string().optional() })),
  get: operation.optional(),
  post: operation.optional(),
});

const document = openApiDocument();
const documentId = 'https://example.com/openapi.json';

function operations() {
  // ERPs have a test of their own.
  const paths = Object.entries(document.paths).filter(
    ([path]) => path.startsWith('/api/v1/oms/orders') && !path.includes('/erp/'),
  );
  return paths.flatMap(([path, item]) => {
    const { get, post, parameters } = pathItem.parse(item);
    return Object.entries({ GET: get, POST: post }).flatMap(([method, one]) =>
      one ? [{ name: `${method} ${path}`, ...one, shared: parameters.map(({ $ref }) => $ref) }] : [],
    );
  });
}

/** Follows a reference within the document. */
function resolved(node: unknown): unknown {
  const reference = z.object({ $ref: z.string() }).safeParse(node);
  if (!reference.success) return node;
  return reference.data.$ref
    .split('/')
    .slice(1)
    .reduce<unknown>((current, step) => z.record(z.string(), z.unknown()).parse(current)[step], document);
}

function validatorOf(pointer: string) {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema({ ...document, $id: documentId });
  return ajv.compile({ $ref: `${documentId}#${pointer}` });
}

describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.1', async () => {
    const validator = new Validator();
    const result = await validator.validate({ ...document });
    expect(result).toEqual({ valid: true });
    expect(validator.version).toBe('3.1');
  });

  it('is plain JSON', () => {
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
  });

  it('has the paths of the API, each operation with an id of its own', () => {
    expect(operations().map(({ name, operationId }) => [name, operationId])).toEqual([
      ['GET /api/v1/oms/orders', 'listOrders'],
      ['POST /api/v1/oms/orders', 'createOrder'],
      ['GET /api/v1/oms/orders/{orderID}', 'getOrder'],
      ['GET /api/v1/oms/orders/{orderID}/events', 'listOrderEvents'],
      ['POST /api/v1/oms/orders/{orderID}/cancel', 'cancelOrder'],
      ['POST /api/v1/oms/orders/{orderID}/close', 'closeOrder'],
      ['GET /api/v1/oms/orders/{orderID}/fulfillments', 'listFulfillments'],
      ['POST /api/v1/oms/orders/{orderID}/fulfillments', 'createFulfillment'],
      ['POST /api/v1/oms/orders/{orderID}/fulfillments/{fulfillmentID}/deliver', 'deliverFulfillment'],
      ['GET /api/v1/oms/orders/{orderID}/returns', 'listReturns'],
      ['POST /api/v1/oms/orders/{orderID}/returns', 'createReturn'],
      ['POST /api/v1/oms/orders/{orderID}/returns/{returnID}/approve', 'approveReturn'],
      ['POST /api/v1/oms/orders/{orderID}/returns/{returnID}/decline', 'declineReturn'],
      ['POST /api/v1/oms/orders/{orderID}/returns/{returnID}/receive', 'receiveReturn'],
      ['GET /api/v1/oms/orders/{orderID}/refunds', 'listRefunds'],
      ['POST /api/v1/oms/orders/{orderID}/refunds', 'createRefund'],
      ['POST /api/v1/oms/orders/{orderID}/operations/retry', 'retryOrder'],
      ['POST /api/v1/oms/orders/{orderID}/operations/give-up', 'giveUpOrder'],
      ['POST /api/v1/oms/orders/{orderID}/operations/resolve-payment', 'resolvePayment'],
      ['GET /api/v1/oms/orders/{orderID}/status', 'getOrderStatus'],
      ['GET /api/v1/oms/orders/{orderID}/invoices', 'listOrderInvoices'],
      ['GET /api/v1/oms/orders/{orderID}/proof', 'getOrderProof'],
    ]);
  });

  it('has no reference that leads nowhere', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(
      ([, target]) => target,
    );
    expect(references.length).toBeGreaterThan(20);
    for (const $ref of references) expect(resolved({ $ref }), $ref).toBeDefined();
  });

  it('says where the API is and what the rate limit is', () => {
    const custom = openApiDocument({
      serverUrl: 'https://api.example.com',
      rateLimit: { max: 7, windowMs: 2_000 },
    });
    expect(custom).toMatchObject({ servers: [{ url: 'https://api.example.com' }] });
    expect(JSON.stringify(custom)).toContain('7 requests per 2 seconds and address.');
    const byPrincipal = openApiDocument({ rateLimit: { max: 7, principalMax: 5, windowMs: 2_000 } });
    expect(JSON.stringify(byPrincipal)).toContain('and address, and 5 per token subject or API key.');
  });

  it('repeats the words of the contract where they are promised', () => {
    expect(Object.keys(document.paths).filter((path) => !path.startsWith('/api/v1/'))).toEqual([
      '/v1/orders',
      '/v1/orders/{orderID}',
      '/webhooks/{provider}',
    ]);
    expect(JSON.stringify(document)).toContain(JSON.stringify(createOrderExample));
  });
});

describe.each(operations())('$name', ({ name, responses, shared, parameters }) => {
  it('needs a bearer token and the two headers', () => {
    expect(document).toMatchObject({ security: [{ bearer: [] }] });
    expect(shared).toEqual(
      expect.arrayContaining(['#/components/parameters/TenantId', '#/components/parameters/OrgId']),
    );
  });

  it('answers with the statuses of the contract and no others', () => {
    const always = ['400', '401', '403', '429', '500'];
    const statuses = Object.keys(responses);
    const isChange = name.startsWith('POST') && name.includes('{');
    const makes = statuses.includes('201') ? '201' : '200';
    const particular = isChange
      ? [makes, '202', '404', '413']
      : name === 'POST /api/v1/oms/orders'
        ? ['200', '201', '202', '413']
        : name === 'GET /api/v1/oms/orders'
          ? ['200']
          : ['200', '202', '404'];
    expect(statuses.sort()).toEqual([...always, ...particular].sort());
  });

  it('carries the request id and the rate limit on every answer, and Retry-After where to ask again helps', () => {
    for (const [status, response] of Object.entries(responses)) {
      const { headers } = z.object({ headers: z.record(z.string(), z.unknown()) }).parse(resolved(response));
      expect(Object.keys(headers)).toEqual(
        expect.arrayContaining(['X-Request-Id', 'X-RateLimit-Limit', 'X-RateLimit-Remaining']),
      );
      const isNotYet = JSON.stringify(response).includes('/schemas/AcceptedOrder"');
      expect('Retry-After' in headers, status).toBe(['429', '500'].includes(status) || isNotYet);
    }
  });

  it('has examples that its schemas accept', () => {
    for (const response of Object.values(responses)) {
      const { content } = z
        .object({
          content: z.object({
            'application/json': z.object({ schema: z.object({ $ref: z.string() }), example: z.unknown() }),
          }),
        })
        .parse(resolved(response));
      const { schema, example } = content['application/json'];
      const validate = validatorOf(schema.$ref.slice(1));
      expect(validate(example), JSON.stringify(validate.errors)).toBe(true);
    }
  });

  it('documents the parameters that are parsed', () => {
    const names =
      'limit,offset,cursor,status,customer_id,channel,external_id,number,created_from,created_before';
    const list = names.split(',');
    const isChange = name.startsWith('POST') && name.includes('{');
    const documented = parameters.map((parameter) => parameter.name ?? String(parameter['$ref']));
    expect(documented).toEqual(
      name === 'GET /api/v1/oms/orders' ? list : isChange ? ['#/components/parameters/IdempotencyKey'] : [],
    );
  });
});

const uuid = 'C3D4E5F6-A7B8-9012-CDEF-345678901234';
const completeOrder = {
  ...createOrderExample,
  customer_id: uuid,
  external_id: '#1001',
  source_platform: 'shopify',
  shipping_address: {
    name: 'Ada Lovelace',
    company: 'Analytical Engines',
    line1: '12 St James’s Square',
    line2: '',
    city: 'London',
    state: 'England',
    postal_code: 'SW1Y 4JH',
    country: 'gb',
    phone: '+44 20 7946 0000',
    email: 'ada@example.com',
  },
  shipping_method: 'express',
  discount_amount: '1.00',
  tax_amount: 2,
  shipping_amount: '3.5',
  metadata: { gift_note: 'Happy\nbirthday' },
};

type Path = readonly (string | number)[];

/** Every place in a value, from the outside in. */
function placesOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path];
  const steps: (string | number)[] = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  const members = new Map(Object.entries(value));
  return [path, ...steps.flatMap((step) => placesOf(members.get(String(step)), [...path, step]))];
}

/** The value with one place replaced. */
function replaced(value: unknown, [step, ...rest]: Path, by: unknown): unknown {
  if (step === undefined) return by;
  if (Array.isArray(value))
    return value.map((member: unknown, index) => (index === step ? replaced(member, rest, by) : member));
  if (typeof value !== 'object' || value === null) return value;
  const members = new Map<string, unknown>(Object.entries(value));
  return Object.fromEntries([...members, [String(step), replaced(members.get(String(step)), rest, by)]]);
}

function refusalOf(body: unknown): string | undefined {
  try {
    parseCreateOrder(body);
    return undefined;
  } catch (error) {
    if (error instanceof RequestError) return error.message;
    throw error;
  }
}

describe('the schema of an order to place', () => {
  const validate = validatorOf('/components/schemas/CreateOrder');
  const values = [
    ...[
      undefined,
      null,
      true,
      0,
      1,
      -1,
      1.5,
      1_000_001,
      [],
      {},
      [{}],
      { a: 'b' },
      { a: 1 },
      '',
      'a',
      'USD',
      'XXX',
      'usd',
    ],
    ...[
      'stripe',
      'square',
      '1.50',
      '01',
      '-1',
      'line\nbreak',
      'nul\u0000',
      uuid,
      `${uuid}0`,
      'GB',
      'x'.repeat(32),
    ],
    ...['🧶'.repeat(100), '🧶'.repeat(255), 'x'.repeat(256), 'x'.repeat(501), { ['k'.repeat(41)]: '' }],
  ];
  // What depends on other fields than the one at hand cannot be said in a schema.
  const beyondSchemas = /decimals in this currency|^the (discount|order's total)/;

  it('accepts what is accepted and refuses what is refused, whatever is changed', () => {
    const places = [...placesOf(completeOrder), ['unknown'], ['items', 0, 'unknown'], ['metadata', 'more']];
    fc.assert(
      fc.property(fc.constantFrom(...places), fc.constantFrom(...values), (place, value) => {
        const changed: unknown = replaced(completeOrder, place, value);
        // As it arrives: what is undefined is not there.
        const body: unknown = changed === undefined ? undefined : JSON.parse(JSON.stringify(changed));
        const refused = refusalOf(body);
        if (refused !== undefined && beyondSchemas.test(refused)) return;
        expect(validate(body), `${refused ?? 'accepted'}: ${JSON.stringify(validate.errors)}`).toBe(
          refused === undefined,
        );
      }),
      { numRuns: 3_000 },
    );
  });
});
