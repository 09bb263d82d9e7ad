import { randomBytes } from 'node:crypto';

import {
  apiKeyOf,
  hashOf,
  parseCreateApiKey,
  parseListApiKeys,
  parseNoBody,
  parsePartId,
  parseRotateApiKey,
  renderApiKey,
  renderApiKeyList,
  type ApiKeySecret,
} from '@oms/contracts/http';
import { commandPartId } from '@oms/contracts/temporal';
import type { ApiKeyReader } from '@oms/database';
import type { TenantScope } from '@oms/domain';

import { Permission } from '../../auth/permission.js';
import { askForCommand } from '../../commands/ask-for-command.js';
import { refuseAbsent } from '../../commands/refuse-absent.js';
import type { ApiRoute } from '../../http/api-routes.js';
import type { ApiRequest } from '../../http/http-response.js';
import type { CommandRunner } from '../../temporal/command-runner.js';

export interface ApiKeyRoutesDeps {
  readonly apiKeys: ApiKeyReader;
  readonly commands: CommandRunner;
  readonly clock: () => Date;
}

const keys = '/api/v1/api-keys';
const key = `${keys}/:apiKeyID`;
const permission = Permission.ApiKeysManage;

/**
 * The management of API keys, under the identity of the Orders API. Secrets are made here and shown once; what goes
 * on is only their hash, so that neither the database nor the Web UI of Temporal ever has one.
 */
export function apiKeyRoutes(deps: ApiKeyRoutesDeps): readonly ApiRoute[] {
  return [
    {
      ...{ method: 'GET', path: keys, permission },
      handle: async (request, { scope }) => {
        const query = parseListApiKeys(request.query);
        const page = await deps.apiKeys.list(scope, query);
        return { status: 200, body: renderApiKeyList(page, query, deps.clock()) };
      },
    },
    { method: 'POST', path: keys, permission, handle: create(deps) },
    { method: 'POST', path: `${key}/rotate`, permission, handle: rotate(deps) },
    { method: 'POST', path: `${key}/revoke`, permission, handle: revoke(deps) },
  ];
}

function create(deps: ApiKeyRoutesDeps): ApiRoute['handle'] {
  return (request, principal) => {
    const wanted = parseCreateApiKey(request.body, deps.clock());
    const made = apiKeyOf(randomBytes(32));
    return askForCommand(
      deps.commands,
      request,
      principal,
      {
        kind: 'create_api_key',
        requestHash: hashOf(wanted),
        requestOf: (commandId) => ({
          ...{ ...wanted, apiKeyId: commandPartId(commandId, 'api-key') },
          ...{ prefix: made.prefix, hash: made.hash },
        }),
      },
      async ({ apiKeyId, hash }) => ({
        status: 201,
        body: { ...(await shown(deps, principal.scope, apiKeyId)), secret: secretIf(made, hash) },
      }),
    );
  };
}

function rotate(deps: ApiKeyRoutesDeps): ApiRoute['handle'] {
  return async (request, principal) => {
    const apiKeyId = idOf(request);
    const wanted = { apiKeyId, ...parseRotateApiKey(request.body) };
    await refuseAbsent(() => deps.apiKeys.find(principal.scope, apiKeyId), 'API key');
    const made = apiKeyOf(randomBytes(32));
    return askForCommand(
      deps.commands,
      request,
      principal,
      {
        kind: 'rotate_api_key',
        requestHash: hashOf(wanted),
        requestOf: () => ({ ...wanted, prefix: made.prefix, hash: made.hash }),
      },
      async ({ hash }) => ({
        status: 200,
        body: { ...(await shown(deps, principal.scope, apiKeyId)), secret: secretIf(made, hash) },
      }),
    );
  };
}

function revoke(deps: ApiKeyRoutesDeps): ApiRoute['handle'] {
  return async (request, principal) => {
    const wanted = { ...parseNoBody(request.body), apiKeyId: idOf(request) };
    await refuseAbsent(() => deps.apiKeys.find(principal.scope, wanted.apiKeyId), 'API key');
    return askForCommand(
      deps.commands,
      request,
      principal,
      { kind: 'revoke_api_key', requestHash: hashOf(wanted), requestOf: () => wanted },
      async ({ apiKeyId }) => ({ status: 200, body: await shown(deps, principal.scope, apiKeyId) }),
    );
  };
}

const idOf = ({ params }: ApiRequest): string => parsePartId('apiKeyID', params['apiKeyID']);

/** Of a repeated request, the secret that was made just now is not the key's. */
const secretIf = (made: ApiKeySecret, hash: string): string | null =>
  made.hash === hash ? made.secret : null;

async function shown({ apiKeys, clock }: ApiKeyRoutesDeps, scope: TenantScope, id: string) {
  const found = await apiKeys.find(scope, id);
  if (!found) throw new Error(`API key ${id} was changed and is not there`);
  return renderApiKey(found, clock());
}
