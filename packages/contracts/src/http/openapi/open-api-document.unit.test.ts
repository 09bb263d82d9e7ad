import { RefusedError } from '@oms/domain';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

import { Api, isSigned } from '../kit/api.js';
import type { OperationSpec } from '../kit/define-operation.js';
import { createOrderExample } from '../orders/create-order-example.js';
import { parseCommerceOrder, parseCreateOrder } from '../testing/parsed.js';
import { openApiDocument } from './open-api-document.js';
import { operations } from './operations.js';

const document = openApiDocument();
const documentId = 'https://example.com/openapi.json';
const documentedOperation = z.looseObject({
  operationId: z.string(),
  description: z.string().optional(),
  security: z.array(z.record(z.string(), z.array(z.string()))).optional(),
  parameters: z.array(z.looseObject({})).default([]),
  responses: z.record(z.string(), z.looseObject({})),
});

/** An operation as the document has it. */
function documented({ path, method }: OperationSpec) {
  return documentedOperation.parse(document.paths[path]?.[method.toLowerCase()]);
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

const ajv = new Ajv2020({ strict: false, allErrors: true });
addFormats.default(ajv);
ajv.addSchema({ ...document, $id: documentId });

/** The fault of a value by a schema of the document; `undefined` for a valid value. */
function faultOf(schema: unknown, value: unknown): string | undefined {
  const reference = z.object({ $ref: z.string() }).safeParse(schema);
  const validate = ajv.compile(
    reference.success ? { $ref: `${documentId}${reference.data.$ref}` } : (schema as object),
  );
  return validate(value) ? undefined : JSON.stringify(validate.errors);
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

  it('has each operation once, under an id of its own', () => {
    expect(new Set(operations.map(({ id }) => id)).size).toBe(operations.length);
    const all = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(all.sort()).toEqual(operations.map(({ method, path }) => `${method} ${path}`).sort());
  });

  it('introduces three APIs', () => {
    const { info } = z
      .object({ info: z.object({ title: z.string(), description: z.string() }) })
      .parse(document);
    for (const name of ['Orders', 'Sales', 'Commerce']) {
      expect(info.title).toContain(name);
      expect(info.description).toContain(`**${name} API**`);
    }
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
      '/links/invoice',
    ]);
    expect(JSON.stringify(document)).toContain(JSON.stringify(createOrderExample));
  });

  it('has as example of the Commerce API an order that comes to the total of its answer', () => {
    const create = operations.find(({ id }) => id === 'createCommerceOrder');
    const { order } = parseCommerceOrder('7c9e6679-7425-40de-944b-e07fc1f90ae7', create?.body?.example);
    expect(order.totals.totalMinor).toBe(24_500);
  });
});

describe.each(operations)('$id', (operation) => {
  const { api, method, path, permission } = operation;
  const { description = '', security, parameters, responses } = documented(operation);
  const statuses = Object.keys(responses);
  const isChange = method !== 'GET';

  it('says how its caller is known, and the permission that the caller needs', () => {
    expect(document).toMatchObject({ security: [{ bearer: [] }] });
    const headers = parameters.map(({ $ref }) => $ref);
    const tenantHeaders = ['#/components/parameters/TenantId', '#/components/parameters/OrgId'];
    if (api === Api.Orders) expect(headers).toEqual(expect.arrayContaining(tenantHeaders));
    else expect(headers).not.toContain(tenantHeaders[0]);
    if (isSigned(api)) {
      expect(security).toEqual([]);
      expect(permission).toBeUndefined();
      return;
    }
    expect(security).toEqual(api === Api.Commerce ? [{ apiKey: [] }, { apiKeyHeader: [] }] : undefined);
    const needed =
      api === Api.Commerce
        ? `\`${String(permission).replace('orders', 'order')}\`, a scope of the API key`
        : `\`${permission}\``;
    expect(description.endsWith(`Permission: ${needed}.`)).toBe(true);
  });

  it('answers with the statuses of its API and no others', () => {
    const ofApi: Record<Api, readonly string[]> = {
      // Only changes answer 503.
      orders: ['400', '401', '403', '404', '413', '429', '500', ...(isChange ? ['503'] : [])],
      sales: ['400', '401', '403', '404', '413', '422', '429', '500', '503'],
      commerce: ['400', '401', '404', '413', '422', '429', '500', '503'],
      links: ['400', '404', '429', '500', '503'],
      webhooks: ['400', '404', '413', '429', '500', '503'],
    };
    const refusals = statuses.filter((status) => Number(status) >= 400);
    for (const status of refusals) {
      // Resources answer 409 to a taken value or a stale version, and documents 406 to other media types.
      if (!['406', '409'].includes(status)) expect(ofApi[api]).toContain(status);
    }
    expect(refusals).toEqual(expect.arrayContaining(['400', '429', '500']));
    expect(statuses.includes('413')).toBe(isChange);
    if (path.includes('{')) expect(statuses).toContain('404');
    if (api === Api.Sales) expect(statuses.includes('422')).toBe(isChange);
    if (api === Api.Commerce) expect(statuses).toContain('503');
    if (api === Api.Orders || api === Api.Sales) expect(statuses).toContain('403');
    // An accepted order that is not recorded yet is answered 202.
    if (/orders\/\{\w+\}/.test(path)) expect(statuses).toContain('202');
    const made = statuses.filter((status) => ['200', '201'].includes(status));
    const isMadeOrThere = ['createOrder', 'recordPayment', 'createCommerceOrder'].includes(operation.id);
    expect(made.length).toBe(isMadeOrThere ? 2 : operation.id === 'resyncOrder' ? 0 : 1);
  });

  it('carries the request id and the rate limit on every answer, and Retry-After where to ask again helps', () => {
    for (const [status, response] of Object.entries(responses)) {
      const { headers } = z.object({ headers: z.record(z.string(), z.unknown()) }).parse(resolved(response));
      expect(Object.keys(headers)).toEqual(
        expect.arrayContaining(['X-Request-Id', 'X-RateLimit-Limit', 'X-RateLimit-Remaining']),
      );
      const isNotYet = method === 'GET' && status === (operation.id === 'getOperation' ? '200' : '202');
      // Payment providers resend by their own schedule.
      if (api === Api.Webhooks && status === '503') continue;
      expect('Retry-After' in headers, status).toBe(['429', '500', '503'].includes(status) || isNotYet);
    }
  });

  it('has examples that its schemas accept', () => {
    for (const [status, response] of Object.entries(responses)) {
      const { content } = z
        .object({
          content: z.record(z.string(), z.object({ schema: z.unknown(), example: z.unknown().optional() })),
        })
        .parse(resolved(response));
      const json = content['application/json'];
      if (json) expect(faultOf(json.schema, json.example), status).toBeUndefined();
    }
    for (const { schema, example } of Object.values(operation.answers)) {
      // The schemas refuse unknown fields. The document allows them, so that answers may gain fields.
      if (schema) expect(schema.safeParse(example)).toMatchObject({ success: true });
    }
    const { body } = operation;
    if (body?.example !== undefined) expect(body.schema.safeParse(body.example).success).toBe(true);
  });

  it('documents its key and its answers to a repeated request', () => {
    const key = { $ref: '#/components/parameters/IdempotencyKey' };
    expect(parameters.some(({ $ref }) => $ref === key.$ref)).toBe(operation.idempotency === 'header');
    const replayable = Object.values(responses).filter((response) => {
      const { headers } = z.object({ headers: z.record(z.string(), z.unknown()) }).parse(resolved(response));
      return 'Idempotent-Replayed' in headers;
    });
    expect(replayable.length > 0).toBe(operation.idempotency !== 'none');
  });
});

it('documents the parameters of the list of orders', () => {
  const [list] = operations;
  if (!list) throw new Error('there are no operations');
  const names =
    'limit,offset,cursor,sort,status,payment_status,flags,customer_id,customer_email,payment_reference,sku,channel,external_id,number,created_from,created_before,updated_from,updated_before';
  const named = documented(list).parameters.flatMap(({ name }) => (typeof name === 'string' ? [name] : []));
  expect(named).toEqual(names.split(','));
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
    country: 'GB',
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
    if (error instanceof RefusedError) return error.message;
    throw error;
  }
}

describe('the schema of an order to place', () => {
  const validate = ajv.compile({ $ref: `${documentId}#/components/schemas/CreateOrder` });
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
  // Rules about several fields, which a schema cannot express.
  const beyondSchemas = /decimals in this currency|^the (discount|order's total)/;

  it('accepts exactly the bodies that the API accepts, with any one place changed', () => {
    const places = [...placesOf(completeOrder), ['unknown'], ['items', 0, 'unknown'], ['metadata', 'more']];
    fc.assert(
      fc.property(fc.constantFrom(...places), fc.constantFrom(...values), (place, value) => {
        const changed: unknown = replaced(completeOrder, place, value);
        // JSON drops undefined values, as a request does.
        const body: unknown = changed === undefined ? undefined : JSON.parse(JSON.stringify(changed));
        const refused = refusalOf(body);
        if (refused !== undefined && beyondSchemas.test(refused)) return;
        expect(validate(body), `${refused ?? 'accepted'}: ${JSON.stringify(validate.errors)}`).toBe(
          refused === undefined,
        );
      }),
      { numRuns: 3_000 },
    );
  }, 120_000);
});
