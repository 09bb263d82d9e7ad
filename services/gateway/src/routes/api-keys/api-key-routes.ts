import { randomBytes } from 'node:crypto';

import {
  apiKeyOf,
  createApiKey,
  hashOf,
  listApiKeys,
  renderApiKey,
  renderApiKeyList,
  revokeApiKey,
  rotateApiKey,
  toCreateApiKey,
  toListApiKeys,
  toRotateApiKey,
  type ApiKeySecret,
} from '@oms/contracts/http';
import { commandPartId } from '@oms/contracts/temporal';
import type { ApiKeyReader } from '@oms/database';
import type { TenantScope } from '@oms/domain';

import { askForCommand } from '../../commands/ask-for-command.js';
import { refuseAbsent } from '../../commands/refuse-absent.js';
import { serve, type ApiRoute, type Handler } from '../../http/serve-operation.js';
import type { CommandRunner } from '../../temporal/command-runner.js';

export interface ApiKeyRoutesDeps {
  readonly apiKeys: ApiKeyReader;
  readonly commands: CommandRunner;
  readonly clock: () => Date;
}

/**
 * The management of API keys, under the identity of the Orders API. Secrets are made here and shown once; what goes
 * on is only their hash, so that neither the database nor the Web UI of Temporal ever has one.
 */
export function apiKeyRoutes(deps: ApiKeyRoutesDeps): readonly ApiRoute[] {
  return [
    serve(listApiKeys, async (input, { scope }) => {
      const query = toListApiKeys(input.query);
      const page = await deps.apiKeys.list(scope, query);
      return { status: 200, body: renderApiKeyList(page, query, deps.clock()) };
    }),
    serve(createApiKey, create(deps)),
    serve(rotateApiKey, rotate(deps)),
    serve(revokeApiKey, revoke(deps)),
  ];
}

function create(deps: ApiKeyRoutesDeps): Handler<typeof createApiKey> {
  return (input, principal) => {
    const wanted = toCreateApiKey(input.body, deps.clock());
    const made = apiKeyOf(randomBytes(32));
    return askForCommand(
      deps.commands,
      input,
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

function rotate(deps: ApiKeyRoutesDeps): Handler<typeof rotateApiKey> {
  return async (input, principal) => {
    const apiKeyId = input.params.apiKeyID;
    const wanted = { apiKeyId, ...toRotateApiKey(input.body) };
    await refuseAbsent(() => deps.apiKeys.find(principal.scope, apiKeyId), 'API key');
    const made = apiKeyOf(randomBytes(32));
    return askForCommand(
      deps.commands,
      input,
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

function revoke(deps: ApiKeyRoutesDeps): Handler<typeof revokeApiKey> {
  return async (input, principal) => {
    const wanted = { apiKeyId: input.params.apiKeyID };
    await refuseAbsent(() => deps.apiKeys.find(principal.scope, wanted.apiKeyId), 'API key');
    return askForCommand(
      deps.commands,
      input,
      principal,
      { kind: 'revoke_api_key', requestHash: hashOf(wanted), requestOf: () => wanted },
      async ({ apiKeyId }) => ({ status: 200, body: await shown(deps, principal.scope, apiKeyId) }),
    );
  };
}

/** Of a repeated request, the secret that was made just now is not the key's. */
const secretIf = (made: ApiKeySecret, hash: string): string | null =>
  made.hash === hash ? made.secret : null;

async function shown({ apiKeys, clock }: ApiKeyRoutesDeps, scope: TenantScope, id: string) {
  const found = await apiKeys.find(scope, id);
  if (!found) throw new Error(`API key ${id} was changed and is not there`);
  return renderApiKey(found, clock());
}
