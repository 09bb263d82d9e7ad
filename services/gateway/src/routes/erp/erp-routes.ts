import {
  erpSettingFault,
  hashOf,
  parseConnectErp,
  parseNoBody,
  parseOrderId,
  renderAcceptedChange,
  renderErpConnection,
} from '@oms/contracts/http';
import type { ErpConnectionReader, OrderLifeReader } from '@oms/database';
import { faultOfErpSettings, sealErpSettings, type SecretBox } from '@oms/erp';

import { Permission } from '../../auth/permission.js';
import { askForCommand } from '../../commands/ask-for-command.js';
import { refuseAbsent } from '../../commands/refuse-absent.js';
import type { ApiRoute } from '../../http/api-routes.js';
import { HttpError } from '../../http/http-error.js';
import type { CommandRunner } from '../../temporal/command-runner.js';
import type { ErpSyncs } from '../../temporal/erp-syncs.js';

export interface ErpRoutesDeps {
  readonly erpConnections: ErpConnectionReader;
  readonly erpSyncs: ErpSyncs;
  readonly life: OrderLifeReader;
  readonly commands: CommandRunner;
  /** Seals what is secret before it leaves this process. Without one, no ERP can be connected. */
  readonly erpSecrets?: SecretBox;
}

const path = '/api/v1/oms/erp';
const permission = Permission.ErpManage;

/** The ERP of an organisation, and what is asked for about it. */
export function erpRoutes(deps: ErpRoutesDeps): readonly ApiRoute[] {
  const { erpSecrets } = deps;
  return [
    { method: 'GET', path, permission, handle: show(deps) },
    ...(erpSecrets ? [{ method: 'PUT', path, permission, handle: connect(deps, erpSecrets) } as const] : []),
    { method: 'DELETE', path, permission, handle: disconnect(deps) },
    { method: 'POST', path: `${path}/test`, permission, handle: test(deps) },
    {
      method: 'POST',
      path: '/api/v1/oms/orders/:orderID/erp/resync',
      permission: Permission.OrdersWrite,
      handle: resync(deps),
    },
  ];
}

const notConnected = (): HttpError => new HttpError(404, 'no ERP is connected');

function show({ erpConnections }: ErpRoutesDeps): ApiRoute['handle'] {
  return async (_request, { scope }) => {
    const connection = await erpConnections.find(scope);
    if (!connection) throw notConnected();
    return { status: 200, body: renderErpConnection(connection) };
  };
}

/** What goes on has its secrets sealed, and tells one request from another without telling what they are. */
function connect({ commands, erpConnections }: ErpRoutesDeps, box: SecretBox): ApiRoute['handle'] {
  return (request, principal) => {
    const { scope } = principal;
    const { kind, settings } = parseConnectErp(request.body);
    const fault = faultOfErpSettings(kind, settings);
    if (fault) throw erpSettingFault(fault.path, fault.message);
    return askForCommand(
      commands,
      request,
      principal,
      {
        kind: 'connect_erp',
        requestHash: box.fingerprint(hashOf({ kind, settings })),
        requestOf: () => {
          const sealed = sealErpSettings(scope, kind, settings, box);
          return { kind, settings: sealed.settings, secrets: sealed.secrets };
        },
      },
      async () => {
        const connection = await erpConnections.find(scope);
        // Disconnected by somebody else a moment later.
        if (!connection) throw notConnected();
        return { status: 200, body: renderErpConnection(connection) };
      },
    );
  };
}

function disconnect({ commands }: ErpRoutesDeps): ApiRoute['handle'] {
  return async (request, principal) => {
    const nothing = parseNoBody(request.body);
    return askForCommand(
      commands,
      request,
      principal,
      { kind: 'disconnect_erp', requestHash: hashOf(nothing), requestOf: () => nothing },
      ({ kind }) => ({ status: 200, body: { kind, status: 'disconnected' } }),
    );
  };
}

function test({ erpConnections, erpSyncs }: ErpRoutesDeps): ApiRoute['handle'] {
  return async ({ body }, { scope }) => {
    parseNoBody(body);
    if (!(await erpConnections.find(scope))) throw notConnected();
    const result = await erpSyncs.test(scope);
    if (result?.kind === 'not_connected') throw notConnected();
    if (!result) return { status: 200, body: { works: false, message: 'there was no answer in time' } };
    return result.kind === 'works'
      ? { status: 200, body: { works: true, message: result.description } }
      : { status: 200, body: { works: false, message: result.message } };
  };
}

/** Who asked is kept, and then the order hears of it. A replay makes sure that it has. */
function resync({ commands, erpSyncs, life }: ErpRoutesDeps): ApiRoute['handle'] {
  const uncertain = (cause?: unknown): HttpError =>
    new HttpError(500, 'the order may not have heard of it; retry with the same Idempotency-Key', { cause });
  return async (request, principal) => {
    const wanted = { ...parseNoBody(request.body), orderId: parseOrderId(request.params['orderID']) };
    await refuseAbsent(() => life.findFacts(principal.scope, wanted.orderId), 'order');
    return askForCommand(
      commands,
      request,
      principal,
      {
        ...{ kind: 'resync_order', requestHash: hashOf(wanted), requestOf: () => wanted },
        renderAccepted: () => {
          throw uncertain();
        },
      },
      async ({ orderId, askId }) => {
        await erpSyncs.resync({ ...principal.scope, orderId }, askId).catch((cause: unknown) => {
          throw uncertain(cause);
        });
        return { status: 202, body: renderAcceptedChange(orderId) };
      },
    );
  };
}
