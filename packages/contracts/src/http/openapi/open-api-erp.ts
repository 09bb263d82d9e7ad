import { idempotencyKeyParameter, tenantParameters } from './open-api-parameters.js';
import { acceptedCommand, errorResponses, jsonResponse, replayedHeader } from './open-api-responses.js';
import { schemaReference, type OpenApiObject, type SchemaName } from './open-api-schemas.js';
import { renderAcceptedChange } from '../orders/order-part-resources.js';

// The ERP of an organisation, in the documentation.

const url = 'https://erp.example.com/orders';
/** What requests and answers look like. */
export const erpExamples = {
  ConnectErp: { kind: 'push', url, signing_secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSwMfKQ9r8GKYo=' },
  ErpConnection: {
    kind: 'push',
    url,
    connected_at: '2026-11-22T09:00:00.000Z',
    connected_by: 'user-42',
  },
  DisconnectedErp: { kind: 'push', status: 'disconnected' },
  ErpTest: { works: true, message: 'erp.example.com takes what is signed with this secret' },
} as const satisfies Partial<Record<SchemaName, unknown>>;

const answer = (
  description: string,
  schema: keyof typeof erpExamples,
  headers: OpenApiObject = {},
): OpenApiObject => jsonResponse({ description, schema, example: erpExamples[schema], headers });

const accepted = jsonResponse({
  description: 'It is asked for, and goes on by itself.',
  schema: 'AcceptedChange',
  example: renderAcceptedChange('a1b2c3d4-e5f6-7890-abcd-ef1234567890'),
  headers: replayedHeader,
});

const ofErp = { tags: ['ERP'] };

const connection: OpenApiObject = {
  parameters: tenantParameters,
  get: {
    ...{ ...ofErp, operationId: 'getErp', summary: 'Get the ERP, without its secrets' },
    responses: {
      '200': answer('The ERP.', 'ErpConnection'),
      ...errorResponses(400, 401, 403, 404, 429, 500),
    },
  },
  put: {
    ...{ ...ofErp, operationId: 'connectErp', summary: 'Connect an ERP' },
    description:
      'Replaces the one before as a whole. New orders are kept in it from now on; older ones when a `resync` of them is asked for. Secrets are sealed before they are kept, and never shown.',
    parameters: [idempotencyKeyParameter],
    requestBody: {
      required: true,
      content: {
        'application/json': {
          schema: schemaReference('ConnectErp'),
          example: erpExamples.ConnectErp,
        },
      },
    },
    responses: {
      '200': answer('The ERP is connected.', 'ErpConnection', replayedHeader),
      '202': acceptedCommand(),
      ...errorResponses(400, 401, 403, 404, 413, 429, 500),
    },
  },
  delete: {
    ...{ ...ofErp, operationId: 'disconnectErp', summary: 'Disconnect the ERP' },
    description: 'What the ERP has, it keeps. What is not there yet is refused.',
    parameters: [idempotencyKeyParameter],
    responses: {
      '200': answer('The ERP is disconnected.', 'DisconnectedErp', replayedHeader),
      '202': acceptedCommand(),
      ...errorResponses(400, 401, 403, 404, 413, 429, 500),
    },
  },
};

const trial: OpenApiObject = {
  parameters: tenantParameters,
  post: {
    ...{ ...ofErp, operationId: 'testErp', summary: 'Try the ERP' },
    description: 'Whether orders could be brought there. Changes nothing at the ERP.',
    responses: {
      '200': answer('What became of it.', 'ErpTest'),
      ...errorResponses(400, 401, 403, 404, 413, 429, 500),
    },
  },
};

/** The ERP of an organisation, by path. */
export const erpPaths: Readonly<Record<string, OpenApiObject>> = {
  '/api/v1/oms/erp': connection,
  '/api/v1/oms/erp/test': trial,
};

/** What is asked for of one order, by path below the order's. */
export const orderErpPaths: Readonly<Record<string, OpenApiObject>> = {
  '/erp/resync': {
    post: {
      ...{ ...ofErp, operationId: 'resyncOrder', summary: 'Bring an order to the ERP now' },
      description:
        'Whatever became of earlier attempts, also when the order has ended or is older than the connection. Who asked is kept in the audit log.',
      parameters: [idempotencyKeyParameter],
      responses: { '202': accepted, ...errorResponses(400, 401, 403, 404, 413, 429, 500) },
    },
  },
};

export const erpTags = [
  { name: 'ERP', description: 'The ERP that an organisation keeps its orders in. For administrators.' },
];
