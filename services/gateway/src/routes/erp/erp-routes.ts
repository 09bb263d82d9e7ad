import {
  connectErp,
  disconnectErp,
  erpSettingFault,
  getErp,
  hashOf,
  renderAcceptedChange,
  renderErpConnection,
  resyncOrder,
  testErp,
  toConnectErp,
} from '@oms/contracts/http';
import {
  connectErp as keepConnection,
  disconnectErp as endConnection,
  recordResync,
  type ErpConnectionReader,
} from '@oms/database';
import { RefusalCode } from '@oms/domain';
import { faultOfErpSettings, sealErpSettings } from '@oms/erp';
import type { SecretBox } from '@oms/outbound';

import { askForCommand } from '../../commands/ask-for-command.js';
import type { CommandRunner } from '../../commands/command-runner.js';
import { HttpRefusal } from '../../http/refuse.js';
import { serve, type ApiRoute, type Handler } from '../../http/serve-operation.js';
import type { ErpSyncs } from '../../temporal/erp-syncs.js';

export interface ErpRoutesDeps {
  readonly erpConnections: ErpConnectionReader;
  readonly erpSyncs: ErpSyncs;
  readonly commands: CommandRunner;
  /** Seals the secrets of a connection before they leave this process. Without it, no ERP can be connected. */
  readonly erpSecrets?: SecretBox;
}

/** The routes of an organisation's ERP connection, and of pushing an order to the ERP. */
export function erpRoutes(deps: ErpRoutesDeps): readonly ApiRoute[] {
  const { erpSecrets } = deps;
  return [
    serve(getErp, show(deps)),
    ...(erpSecrets ? [serve(connectErp, connect(deps, erpSecrets))] : []),
    serve(disconnectErp, disconnect(deps)),
    serve(testErp, test(deps)),
    serve(resyncOrder, resync(deps)),
  ];
}

const notConnected = (): HttpRefusal => new HttpRefusal(RefusalCode.NotFound, 'no ERP is connected');

function show({ erpConnections }: ErpRoutesDeps): Handler<typeof getErp> {
  return async (_input, { scope }) => {
    const connection = await erpConnections.find(scope);
    if (!connection) throw notConnected();
    return { status: 200, body: renderErpConnection(connection) };
  };
}

/**
 * Connects an ERP. Only sealed secrets leave this process. The hash of the request is keyed, so that it reveals
 * nothing about them.
 */
function connect({ commands, erpConnections }: ErpRoutesDeps, box: SecretBox): Handler<typeof connectErp> {
  return (input, principal) => {
    const { scope } = principal;
    const { kind, settings } = toConnectErp(input.body);
    const fault = faultOfErpSettings(kind, settings);
    if (fault) throw erpSettingFault(fault.path, fault.message);
    return askForCommand(
      commands,
      input,
      principal,
      {
        kind: 'connect_erp',
        requestHash: box.fingerprint(hashOf({ kind, settings })),
        requestOf: () => {
          const sealed = sealErpSettings(scope, kind, settings, box);
          return { kind, settings: sealed.settings, secrets: sealed.secrets };
        },
        carryOut: keepConnection,
      },
      async () => {
        const connection = await erpConnections.find(scope);
        // Another request has disconnected the ERP in the meantime.
        if (!connection) throw notConnected();
        return { status: 200, body: renderErpConnection(connection) };
      },
    );
  };
}

function disconnect({ commands }: ErpRoutesDeps): Handler<typeof disconnectErp> {
  return (input, principal) => {
    const nothing = {};
    return askForCommand(
      commands,
      input,
      principal,
      {
        ...{ kind: 'disconnect_erp', requestHash: hashOf(nothing), requestOf: () => nothing },
        carryOut: endConnection,
      },
      ({ kind }) => ({ status: 200, body: { kind, status: 'disconnected' } }),
    );
  };
}

function test({ erpConnections, erpSyncs }: ErpRoutesDeps): Handler<typeof testErp> {
  return async (_input, { scope }) => {
    if (!(await erpConnections.find(scope))) throw notConnected();
    const result = await erpSyncs.test(scope);
    if (result?.kind === 'not_connected') throw notConnected();
    if (!result) return { status: 200, body: { works: false, message: 'there was no answer in time' } };
    return result.kind === 'works'
      ? { status: 200, body: { works: true, message: result.description } }
      : { status: 200, body: { works: false, message: result.message } };
  };
}

/**
 * Records the request with its actor, then asks the order's workflow for a push. A replay repeats the second step,
 * which is safe.
 */
function resync({ commands, erpSyncs }: ErpRoutesDeps): Handler<typeof resyncOrder> {
  const uncertain = (cause: unknown): HttpRefusal =>
    new HttpRefusal(
      RefusalCode.Internal,
      'the order may not have heard of it; retry with the same Idempotency-Key',
      { cause },
    );
  return (input, principal) => {
    const wanted = { orderId: input.params.orderID };
    return askForCommand(
      commands,
      input,
      principal,
      {
        ...{ kind: 'resync_order', requestHash: hashOf(wanted), requestOf: () => wanted },
        carryOut: recordResync,
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
