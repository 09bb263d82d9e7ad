import {
  idempotencyKeyParameter,
  partParameters,
  pathParameter,
  tenantParameters,
} from './open-api-parameters.js';
import {
  acceptedCommand,
  errorResponses,
  jsonResponse,
  replayedHeader,
  replayHeaders,
  retryAfterHeader,
} from './open-api-responses.js';
import { queryParameters, schemaReference, type OpenApiObject, type SchemaName } from './open-api-schemas.js';
import { listApiKeysParameters } from '../api-keys/api-key-resource.js';
import { createCommerceOrderExample } from '../orders/commerce/commerce-order-body.js';
import { commerceOrderIdPattern } from '../orders/commerce/commerce-order-id.js';
import { listCommerceOrdersParameters } from '../orders/commerce/list-commerce-orders-query.js';

const order = {
  id: 'ord_01jgk9v8f3e7sv9tz2cx5m4q6r',
  number: 'BS-10024',
  external_id: '9928120',
  created_at: '2026-11-21T09:00:00.000Z',
  currency: 'USD',
  total_amount: '245.00',
  tax_amount: '15.02',
  payment_status: 'captured',
  status: 'processing',
  shipping_method: 'fedex_ground',
  tracking_number: null,
  erp: null,
};
const key = {
  id: 'd4e5f6a7-b8c9-4012-8def-456789012345',
  name: 'storefront',
  prefix: 'sk_Zk3xW9aQ',
  scopes: ['order:read', 'order:write'],
  status: 'active',
  created_at: '2026-11-21T09:00:00.000Z',
  created_by: 'user-1',
  expires_at: '2027-11-21T00:00:00.000Z',
  revoked_at: null,
  rotated_at: null,
  previous_secret_valid_until: null,
  last_used_at: null,
};
const keyWithSecret = { ...key, secret: 'sk_Zk3xW9aQ…' };

/** Examples of the documentation, by schema. */
export const commerceExamples = {
  CommerceOrder: order,
  CommerceOrderList: { orders: [order], limit: 50, offset: 0, next_cursor: null },
  AcceptedCommerceOrder: { id: order.id, status: 'pending' },
  ApiKey: key,
  ApiKeyWithSecret: keyWithSecret,
  ApiKeyList: { api_keys: [key], limit: 50, next_cursor: null },
  CreateCommerceOrder: createCommerceOrderExample,
  CreateApiKey: { name: 'storefront', scopes: ['order:read', 'order:write'], expires_at: key.expires_at },
  RotateApiKey: { grace_period_seconds: 3_600 },
} as const satisfies Partial<Record<SchemaName, unknown>>;

type Documented = keyof typeof commerceExamples;

const answer = (description: string, schema: Documented, headers: OpenApiObject = {}): OpenApiObject =>
  jsonResponse({ description, schema, example: commerceExamples[schema], headers });

const takes = (schema: Documented, isRequired = true): OpenApiObject => ({
  required: isRequired,
  content: { 'application/json': { schema: schemaReference(schema), example: commerceExamples[schema] } },
});

const error = (description: string, code: string, details: OpenApiObject = {}): OpenApiObject =>
  jsonResponse({ description, schema: 'CommerceError', example: { error: description, code, ...details } });

const invalidAuth = error(
  'The API key is expired, revoked, unknown or lacks the permission.',
  'INVALID_AUTH',
);
const accepted = answer(
  'The order is accepted and goes on by itself. Ask for it shortly.',
  'AcceptedCommerceOrder',
);
const ofCommerce = { tags: ['Commerce'], security: [{ apiKey: [] }, { apiKeyHeader: [] }] };
const ofKeys = { tags: ['API keys'] };

const orders: OpenApiObject = {
  get: {
    ...{ ...ofCommerce, operationId: 'listCommerceOrders', summary: 'List orders' },
    parameters: queryParameters(listCommerceOrdersParameters),
    responses: {
      '200': answer('A page of orders.', 'CommerceOrderList'),
      ...errorResponses(400, 429, 500, 503),
      '401': invalidAuth,
    },
  },
  post: {
    ...{ ...ofCommerce, operationId: 'createCommerceOrder', summary: 'Create an order' },
    description: 'Reserves the stock of all items, wherever there is some, and answers when that is decided.',
    parameters: [idempotencyKeyParameter],
    requestBody: takes('CreateCommerceOrder'),
    responses: {
      '200': answer(
        'The same request was made before under this key; this is its order.',
        'CommerceOrder',
        replayHeaders,
      ),
      '201': answer('The stock is reserved.', 'CommerceOrder', replayHeaders),
      '202': accepted,
      '422': error(
        'Something is decided against the order: OUT_OF_STOCK, UNKNOWN_SKU, AMBIGUOUS_SKU, EXTERNAL_ID_IN_USE, IDEMPOTENCY_CONFLICT, PAYMENT_DECLINED or another reason of a cancellation.',
        'OUT_OF_STOCK',
        { skus: ['WOOL-SWTR-M-BLU'] },
      ),
      ...errorResponses(400, 413, 429, 500, 503),
      '401': invalidAuth,
    },
  },
};

const oneOrder: OpenApiObject = {
  parameters: [pathParameter('orderID', 'As it was answered, such as `ord_…`.', commerceOrderIdPattern)],
  get: {
    ...{ ...ofCommerce, operationId: 'getCommerceOrder', summary: 'Get an order' },
    responses: {
      '200': answer('The order.', 'CommerceOrder'),
      '202': answer(
        'The order is accepted and not recorded yet. Ask again shortly.',
        'AcceptedCommerceOrder',
        retryAfterHeader,
      ),
      ...errorResponses(404, 429, 500, 503),
      '401': invalidAuth,
    },
  },
};

const keyParameters = [...tenantParameters, ...partParameters('{apiKeyID}')];

const keys: OpenApiObject = {
  parameters: tenantParameters,
  get: {
    ...{ ...ofKeys, operationId: 'listApiKeys', summary: 'List API keys, without their secrets' },
    description: 'Expired and revoked ones too. Follow `next_cursor` to read all of them.',
    parameters: queryParameters(listApiKeysParameters),
    responses: { '200': answer('The keys.', 'ApiKeyList'), ...errorResponses(400, 401, 403, 429, 500) },
  },
  post: {
    ...{ ...ofKeys, operationId: 'createApiKey', summary: 'Create an API key' },
    parameters: [idempotencyKeyParameter],
    requestBody: takes('CreateApiKey'),
    responses: {
      '201': answer(
        'The key with its secret, which is shown once: a repeated request is answered without it.',
        'ApiKeyWithSecret',
        replayedHeader,
      ),
      '202': acceptedCommand(),
      ...errorResponses(400, 401, 403, 413, 429, 500),
    },
  },
};

const changeOfKey = (operationId: string, summary: string, schema: Documented): OpenApiObject => ({
  parameters: keyParameters,
  post: {
    ...{ ...ofKeys, operationId, summary, parameters: [idempotencyKeyParameter] },
    ...(schema === 'ApiKeyWithSecret' ? { requestBody: takes('RotateApiKey', false) } : {}),
    responses: {
      '200': answer('The key.', schema, replayedHeader),
      '202': acceptedCommand(),
      ...errorResponses(400, 401, 403, 404, 413, 429, 500),
    },
  },
});

/** The Commerce API and the management of its keys, in the documentation. */
export const commercePaths: Readonly<Record<string, OpenApiObject>> = {
  '/v1/orders': orders,
  '/v1/orders/{orderID}': oneOrder,
  '/api/v1/api-keys': keys,
  '/api/v1/api-keys/{apiKeyID}/rotate': changeOfKey(
    'rotateApiKey',
    'Give a key a new secret',
    'ApiKeyWithSecret',
  ),
  '/api/v1/api-keys/{apiKeyID}/revoke': changeOfKey('revokeApiKey', 'End a key for good', 'ApiKey'),
};

export const commerceTags = [
  { name: 'Commerce', description: 'Orders that reserve their stock before they are answered, by API key.' },
  { name: 'API keys', description: 'Who may use the Commerce API. For administrators.' },
];

/** The two ways to present an API key. */
export const apiKeySecuritySchemes = {
  apiKey: {
    type: 'http',
    scheme: 'bearer',
    description: 'An API key, `sk_…`.',
  },
  apiKeyHeader: {
    type: 'apiKey',
    in: 'header',
    name: 'X-Api-Key',
    description: 'The same API key, where the Authorization header is needed for something else.',
  },
};
