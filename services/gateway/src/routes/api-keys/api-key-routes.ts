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
} from '@oms/contracts/http';
import { commandPartId } from '@oms/contracts/temporal';
import {
  insertApiKey,
  revokeApiKey as endApiKey,
  rotateApiKey as replaceSecret,
  type ApiKeyReader,
} from '@oms/database';
import type { TenantScope } from '@oms/domain';

import { askForCommand } from '../../commands/ask-for-command.js';
import type { CommandRunner } from '../../commands/command-runner.js';
import { serve, type ApiRoute, type Handler } from '../../http/serve-operation.js';

export interface ApiKeyRoutesDeps {
  readonly apiKeys: ApiKeyReader;
  readonly commands: CommandRunner;
  readonly clock: () => Date;
}

/**
 * The management of API keys, under the identity of the Orders API. Secrets are made here and shown once; what goes
 * on is only their hash, so that the database never has one. A kept answer has neither: a replay shows no secret.
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
        carryOut: insertApiKey,
      },
      async ({ apiKeyId }, { isReplay }) => ({
        status: 201,
        body: {
          ...(await shown(deps, principal.scope, apiKeyId)),
          secret: isReplay ? null : made.secret,
        },
      }),
    );
  };
}

function rotate(deps: ApiKeyRoutesDeps): Handler<typeof rotateApiKey> {
  return (input, principal) => {
    const apiKeyId = input.params.apiKeyID;
    const wanted = { apiKeyId, ...toRotateApiKey(input.body) };
    const made = apiKeyOf(randomBytes(32));
    return askForCommand(
      deps.commands,
      input,
      principal,
      {
        kind: 'rotate_api_key',
        requestHash: hashOf(wanted),
        requestOf: () => ({ ...wanted, prefix: made.prefix, hash: made.hash }),
        carryOut: replaceSecret,
      },
      async (_result, { isReplay }) => ({
        status: 200,
        body: {
          ...(await shown(deps, principal.scope, apiKeyId)),
          secret: isReplay ? null : made.secret,
        },
      }),
    );
  };
}

function revoke(deps: ApiKeyRoutesDeps): Handler<typeof revokeApiKey> {
  return (input, principal) => {
    const wanted = { apiKeyId: input.params.apiKeyID };
    return askForCommand(
      deps.commands,
      input,
      principal,
      {
        ...{ kind: 'revoke_api_key', requestHash: hashOf(wanted), requestOf: () => wanted },
        carryOut: endApiKey,
      },
      async ({ apiKeyId }) => ({ status: 200, body: await shown(deps, principal.scope, apiKeyId) }),
    );
  };
}

async function shown({ apiKeys, clock }: ApiKeyRoutesDeps, scope: TenantScope, id: string) {
  const found = await apiKeys.find(scope, id);
  if (!found) throw new Error(`API key ${id} was changed and is not there`);
  return renderApiKey(found, clock());
}
