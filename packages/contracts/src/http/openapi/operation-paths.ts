import { z } from 'zod';

import { Api, isSigned } from '../kit/api.js';
import {
  mediaTypesOf,
  type Answer,
  type DocumentedRefusal,
  type OperationSpec,
  type RefusalStatus,
} from '../kit/define-operation.js';
import { given } from '../kit/given.js';
import { documentedPermission } from '../kit/permission.js';
import { headersOfApi, parameterReference } from './open-api-parameters.js';
import {
  errorReference,
  headerReference,
  headersOfEveryResponse,
  refusalResponse,
} from './open-api-responses.js';
import { queryParameters, schemaOf, type OpenApiObject } from './open-api-schemas.js';

/** The paths of the document, made from the declarations of operations. */
export function operationPaths(
  operations: readonly OperationSpec[],
): Readonly<Record<string, OpenApiObject>> {
  const paths: Record<string, Record<string, OpenApiObject>> = {};
  for (const operation of operations) {
    (paths[operation.path] ??= {})[operation.method.toLowerCase()] = documented(operation);
  }
  return paths;
}

/** The refusal statuses of an operation, each with its own words or `true` for the usual ones. */
export function refusalsOf(operation: OperationSpec): ReadonlyMap<RefusalStatus, true | DocumentedRefusal> {
  const { api, method, params, refusals = {} } = operation;
  const isChange = method !== 'GET';
  const isOfToken = api === Api.Orders || api === Api.Sales;
  const usual: readonly (RefusalStatus | false)[] = [
    400,
    !isSigned(api) && 401,
    isOfToken && 403,
    params !== undefined && 404,
    !isSigned(api) && mediaTypesOf(operation).length > 0 && 406,
    isChange && 413,
    isChange && api === Api.Sales && 422,
    429,
    500,
    api === Api.Commerce && 503,
  ];
  const all = new Map<RefusalStatus, true | DocumentedRefusal>();
  for (const status of usual) if (status !== false) all.set(status, true);
  for (const [status, refusal] of Object.entries(refusals)) all.set(Number(status) as RefusalStatus, refusal);
  return all;
}

const security: Readonly<Record<Api, readonly OpenApiObject[] | undefined>> = {
  // By default, the document's own scheme.
  [Api.Orders]: undefined,
  [Api.Sales]: undefined,
  [Api.Commerce]: [{ apiKey: [] }, { apiKeyHeader: [] }],
  [Api.Webhooks]: [],
  [Api.Links]: [],
};

function documented(operation: OperationSpec): OpenApiObject {
  const { id, api, tag, summary, description, permission, body, answers } = operation;
  const needed =
    permission === undefined ? undefined : `Permission: ${documentedPermission(api, permission)}.`;
  const said = [description, needed].filter((part) => part !== undefined);
  const parameters = parametersOf(operation);
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...given({ description: said.length > 0 ? said.join('\n\n') : undefined, security: security[api] }),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...given({ requestBody: body && requestBody(body) }),
    responses: {
      ...Object.fromEntries(Object.entries(answers).map(([status, answer]) => [status, response(answer)])),
      ...Object.fromEntries(
        [...refusalsOf(operation)].map(([status, refusal]) => [
          String(status),
          refusal === true ? errorReference(api, status) : refusalResponse(refusal),
        ]),
      ),
    },
  };
}

function parametersOf({ api, params = {}, query, idempotency }: OperationSpec): readonly OpenApiObject[] {
  return [
    ...headersOfApi[api],
    ...Object.entries(params).map(([name, schema]) => pathParameter(name, schema)),
    ...(query ? queryParameters(query) : []),
    ...(idempotency === 'header' ? [parameterReference('IdempotencyKey')] : []),
  ];
}

function pathParameter(name: string, schema: z.ZodType): OpenApiObject {
  const { $schema: _, description, example, ...rest } = z.toJSONSchema(schema, { io: 'input' });
  // The format `uuid` implies the pattern.
  const { pattern: _pattern, ...short } = rest;
  const shown = rest.format === 'uuid' ? short : rest;
  return { name, in: 'path', required: true, ...given({ description, example }), schema: shown };
}

function requestBody({
  schema,
  example,
  description,
  isOptional,
}: NonNullable<OperationSpec['body']>): OpenApiObject {
  return {
    required: isOptional !== true,
    ...given({ description }),
    content: { 'application/json': { schema: schemaOf(schema, 'input'), ...given({ example }) } },
  };
}

function response({ description, schema, example, headers = [], media = {} }: Answer): OpenApiObject {
  const json = schema && { schema: schemaOf(schema, 'output'), ...given({ example }) };
  return {
    description,
    headers: {
      ...headersOfEveryResponse,
      ...Object.fromEntries(headers.map((name) => [name, headerReference(name)])),
    },
    content: { ...given({ 'application/json': json }), ...media },
  };
}
