import { rolePermissions, roles, type Role } from '../kit/permission.js';
import { componentParameters } from './open-api-parameters.js';
import { componentErrors, componentHeaders, type DocumentedRateLimit } from './open-api-responses.js';
import { componentSchemas, type OpenApiObject } from './open-api-schemas.js';
import { operationPaths } from './operation-paths.js';
import { operations } from './operations.js';

/** The deployment's own facts in the documentation. */
export interface OpenApiOptions {
  /** The base URL of the API. By default, the host that serves the document. */
  readonly serverUrl?: string;
  /** By default, 100 requests a minute. */
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
  { name: 'Orders', description: 'The Orders API: place, track, fulfil and return orders.' },
  {
    name: 'Sales',
    description: 'The Sales API: orders that begin as drafts, products, invoices and payments.',
  },
  {
    name: 'Commerce',
    description: 'The Commerce API: orders that reserve their stock before they are answered, by API key.',
  },
  { name: 'Operations', description: 'What became of changes that were answered 202.' },
  { name: 'API keys', description: 'Who may use the Commerce API. For administrators.' },
  { name: 'ERP', description: 'The ERP that an organisation keeps its orders in. For administrators.' },
  { name: 'Settings', description: 'What a tenant has settled for its orders. For administrators.' },
  { name: 'Webhooks', description: 'What payment providers call.' },
  { name: 'Links', description: 'Documents for people, by a link that expires.' },
];

/** Makes the documentation of all APIs from the declarations of their operations. */
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
      title: 'Order management: Orders, Sales and Commerce API',
      version: '1.0.0',
      license: { name: 'MIT', identifier: 'MIT' },
      description: [
        'Three APIs over the same orders. The **Orders API** (`/api/v1/oms`, `/api/v1/api-keys`) takes orders of a checkout, tells what became of them, and ships, returns and refunds them. The **Sales API** (`/api/v1/sales`) has orders that begin as drafts, with products, invoices and payments. The **Commerce API** (`/v1`) takes orders by API key and reserves their stock before it answers. An order is to be found on all three, whichever it came through, under an id of each.',
        'An order that was accepted is never lost: payment and stock follow by themselves, and a transient fault is waited out. A change of an order that takes long is answered 202; its `Location` is the address that tells what becomes of it.',
        'Every error is `{"error": "…", "code": "…"}`: words for a person, and a stable name for programs. `field` names the field at fault; `errors` lists all of them where a body has several. Amounts come as decimal strings and may be sent as numbers or strings. A field that has no value is null. In a request, null counts as left out. In a change (`PATCH`) of a resource, a field that is left out stays as it is, and null removes its value; where a value may not be missing, null is a 400 that names the field.',
        `A sliding window allows ${perWindow} and address${perPrincipal}. Bodies are limited to 10 MB for orders and 1 MB for all else, are not compressed, and are at most 32 levels deep, with at most 1,000 entries in an array or object.`,
      ].join('\n\n'),
    },
    servers: [{ url: serverUrl }],
    tags,
    security: [{ bearer: [] }],
    paths: operationPaths(operations),
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
  apiKey: { type: 'http', scheme: 'bearer', description: 'An API key, `sk_…`.' },
  apiKeyHeader: {
    type: 'apiKey',
    in: 'header',
    name: 'X-Api-Key',
    description: 'The same API key, where the Authorization header is needed for something else.',
  },
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
