import { bodyExamples } from './open-api-examples.js';
import { erpPaths, erpTags, orderErpPaths } from './open-api-erp.js';
import { orderChangePaths } from './open-api-order-changes.js';
import {
  componentParameters,
  orderIdParameter,
  partParameters,
  tenantParameters,
} from './open-api-parameters.js';
import type { DocumentedRateLimit } from './open-api-responses.js';
import {
  acceptedOrder,
  componentErrors,
  componentHeaders,
  errorResponses,
  jsonResponse,
  placementHeaders,
  replayHeaders,
} from './open-api-responses.js';
import type { OpenApiObject } from './open-api-schemas.js';
import { rolePermissions, roles, type Role } from '../kit/permission.js';
import { settingsPaths, settingsTags } from './open-api-settings.js';
import { webhookPaths } from './open-api-webhooks.js';
import { apiKeySecuritySchemes, commercePaths, commerceTags } from './open-api-commerce.js';
import { salesPaths } from './open-api-sales.js';
import { componentSchemas, listParameters, schemaReference } from './open-api-schemas.js';

/** What the documentation says beside the schemas. */
export interface OpenApiOptions {
  /** Where clients reach the API. The document's own host when left out. */
  readonly serverUrl?: string;
  /** 100 requests a minute when left out. */
  readonly rateLimit?: DocumentedRateLimit;
}

/** An OpenAPI 3.1 document: plain JSON. */
export interface OpenApiDocument extends OpenApiObject {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, OpenApiObject>>;
  readonly components: OpenApiObject;
}

const defaultRateLimit: DocumentedRateLimit = { max: 100, windowMs: 60_000 };

const tags = [
  { name: 'Orders', description: 'Place, track, fulfil and return orders.' },
  { name: 'Sales', description: 'Orders that begin as drafts, products, invoices and payments.' },
  ...commerceTags,
  ...erpTags,
  ...settingsTags,
  { name: 'Webhooks', description: 'What payment providers call.' },
];

/** The documentation of all APIs, made from the schemas that parse its requests. */
export function openApiDocument({
  serverUrl = '/',
  rateLimit = defaultRateLimit,
}: OpenApiOptions = {}): OpenApiDocument {
  const { principalMax } = rateLimit;
  const perPrincipal = principalMax === undefined ? '' : `, and ${principalMax} per token subject or API key`;
  const perWindow = `${rateLimit.max} requests per ${rateLimit.windowMs / 1000} seconds`;
  return {
    openapi: '3.1.1',
    info: {
      title: 'Orders API',
      version: '1.0.0',
      license: { name: 'MIT', identifier: 'MIT' },
      description: [
        'Places orders and tells what became of them. An order that was accepted is never lost: payment and stock follow by themselves, and a transient fault is waited out.',
        'Every error is `{"error": "…"}`. Amounts come as decimal strings and may be sent as numbers or strings. A field that has no value is null; one that is sent as null counts as left out.',
        `A sliding window allows ${perWindow} and address${perPrincipal}. Bodies are limited to 10 MB for orders and 1 MB for all else, are not compressed, and are at most 32 levels deep, with at most 1,000 entries in an array or object.`,
      ].join('\n\n'),
    },
    servers: [{ url: serverUrl }],
    tags,
    security: [{ bearer: [] }],
    paths: {
      '/api/v1/oms/orders': { parameters: tenantParameters, get: listOrders(), post: createOrder() },
      '/api/v1/oms/orders/{orderID}': {
        parameters: [...tenantParameters, orderIdParameter],
        get: getOrder(),
      },
      '/api/v1/oms/orders/{orderID}/events': {
        parameters: [...tenantParameters, orderIdParameter],
        get: listOrderEvents(),
      },
      ...changesOfOrders(),
      ...salesPaths,
      ...commercePaths,
      ...erpPaths,
      ...settingsPaths,
      ...webhookPaths,
    },
    components: {
      securitySchemes,
      parameters: componentParameters,
      headers: componentHeaders(rateLimit),
      responses: componentErrors(rateLimit),
      schemas: componentSchemas(),
    },
  };
}

const securitySchemes = {
  ...apiKeySecuritySchemes,
  bearer: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: [
      'A token whose claims name the tenant (`tenant_id`), the organisation (`org_id`) and what it permits: `roles`, and in `permissions` single permissions beside what the roles carry. What is not known there gives nothing.',
      ['| Role | Permissions |', '| --- | --- |', ...roles.map(roleRow)].join('\n'),
    ].join('\n\n'),
  },
};

function roleRow(role: Role): string {
  return `| \`${role}\` | ${rolePermissions[role].map((permission) => `\`${permission}\``).join(', ')} |`;
}

function changesOfOrders(): Readonly<Record<string, OpenApiObject>> {
  return Object.fromEntries(
    Object.entries({ ...orderChangePaths, ...orderErpPaths }).map(([path, operations]) => [
      `/api/v1/oms/orders/{orderID}${path}`,
      { parameters: [...tenantParameters, orderIdParameter, ...partParameters(path)], ...operations },
    ]),
  );
}

function createOrder(): OpenApiObject {
  const examples = bodyExamples();
  return {
    operationId: 'createOrder',
    tags: ['Orders'],
    summary: 'Create an order',
    description:
      'Answers once the order is recorded; payment and stock follow by themselves. Poll the order to see what became of it. If the request times out, repeat it with the same `idempotency_key`: the same order is answered, and no second one is created. That key is required, so the `Idempotency-Key` header of the other operations says nothing here.',
    requestBody: {
      required: true,
      content: {
        'application/json': { schema: schemaReference('CreateOrder'), example: examples.createOrder },
      },
    },
    responses: {
      '200': jsonResponse({
        description: 'The same request was made before under this key; this is its order.',
        schema: 'PlacedOrder',
        example: examples.placedOrder,
        headers: replayHeaders,
      }),
      '201': jsonResponse({
        description: 'The order is recorded.',
        schema: 'PlacedOrder',
        example: examples.placedOrder,
        headers: placementHeaders,
      }),
      '202': jsonResponse({
        description: 'The order is accepted, will be recorded by itself, and can be asked for by its id.',
        schema: 'AcceptedPlacement',
        example: examples.acceptedPlacement,
        headers: replayHeaders,
      }),
      ...errorResponses(400, 401, 403, 413, 429, 500),
    },
  };
}

function listOrders(): OpenApiObject {
  return {
    operationId: 'listOrders',
    tags: ['Orders'],
    summary: 'List orders',
    description: 'The orders of your organization, newest first. Follow `next_cursor` to read all of them.',
    parameters: listParameters(),
    responses: {
      '200': jsonResponse({
        description: 'A page of orders.',
        schema: 'OrderList',
        example: bodyExamples().orderList,
      }),
      ...errorResponses(400, 401, 403, 429, 500),
    },
  };
}

function getOrder(): OpenApiObject {
  const examples = bodyExamples();
  return {
    operationId: 'getOrder',
    tags: ['Orders'],
    summary: 'Get an order',
    responses: {
      '200': jsonResponse({ description: 'The order.', schema: 'Order', example: examples.order }),
      '202': acceptedOrder(),
      ...errorResponses(400, 401, 403, 404, 429, 500),
    },
  };
}

function listOrderEvents(): OpenApiObject {
  const examples = bodyExamples();
  return {
    operationId: 'listOrderEvents',
    tags: ['Orders'],
    summary: 'Get the history of an order',
    responses: {
      '200': jsonResponse({
        description: 'What happened to the order, in order.',
        schema: 'OrderEvents',
        example: examples.orderEvents,
      }),
      '202': acceptedOrder(),
      ...errorResponses(400, 401, 403, 404, 429, 500),
    },
  };
}
