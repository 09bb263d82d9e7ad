import { FailureType, type PushOrderResult } from '@oms/contracts/temporal';
import {
  findOrderSnapshot,
  findSealedErpConnection,
  recordErpAttempt,
  type Database,
  type ErpAttempt,
  type OrderSnapshot,
} from '@oms/database';
import type { OrderRef } from '@oms/domain';
import type { ErpConnector, ErpFault, ErpLink, ErpOutcome } from '@oms/erp';
import { SealedError } from '@oms/outbound';
import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';

import { withDatabase } from '../kit/database-fault.js';
import type { ErpConnectors } from './erp-connectors.js';
import { erpOrderOf } from './erp-order-of.js';

export interface ErpActivityDependencies {
  readonly database: Database;
  readonly connectors: ErpConnectors;
}

const firstRetryMs = 1_000;
const longestRetryMs = 5 * 60_000;

/** See `createErpActivities`. */
export async function pushOrderToErp(deps: ErpActivityDependencies, ref: OrderRef): Promise<PushOrderResult> {
  const { database } = deps;
  const connection = await withDatabase(() => findSealedErpConnection(database, ref));
  const snapshot = await withDatabase(() => findOrderSnapshot(database, ref));
  const { version } = snapshot.order;
  if (!connection) return keep(deps, ref, { kind: 'refused', version, message: 'No ERP is connected' });
  let connector: ErpConnector;
  try {
    connector = deps.connectors.of(connection);
  } catch (error) {
    if (!(error instanceof SealedError)) throw error;
    return failed(deps, ref, version, {
      type: FailureType.ErpSecretsSealed,
      message: `${error.message}; connect the ERP anew, or give the worker the key`,
    });
  }
  return settle(deps, ref, version, await push(connector, snapshot));
}

/** The key names the version, so that the receiver recognises a repetition. */
function push(connector: ErpConnector, snapshot: OrderSnapshot): Promise<ErpOutcome<ErpLink>> {
  const { id, version, erp } = snapshot.order;
  return connector.pushOrder(erpOrderOf(snapshot), {
    idempotencyKey: `${id}:${version}`,
    ...(erp?.erpId === undefined ? {} : { previousErpId: erp.erpId }),
  });
}

async function settle(
  deps: ErpActivityDependencies,
  ref: OrderRef,
  version: number,
  outcome: ErpOutcome<ErpLink>,
): Promise<PushOrderResult> {
  switch (outcome.kind) {
    case 'done': {
      const { erpId, url } = outcome;
      return keep(deps, ref, { kind: 'synced', version, erpId, ...(url === undefined ? {} : { url }) });
    }
    case 'refused':
      return keep(deps, ref, { kind: 'refused', version, message: outcome.message });
    case 'transient':
    case 'unknown':
      return failed(deps, ref, version, { type: typeOf(outcome), ...outcome });
  }
}

const typeOf = ({ kind }: ErpFault): string =>
  kind === 'unknown' ? FailureType.ErpOutcomeUnknown : FailureType.ErpUnavailable;

async function keep<Attempt extends ErpAttempt>(
  { database }: ErpActivityDependencies,
  ref: OrderRef,
  attempt: Attempt,
): Promise<Attempt> {
  await withDatabase(() => recordErpAttempt(database, ref, attempt));
  return attempt;
}

/** Kept where people look for it, and thrown, so that it is tried again when it says that it will be. */
async function failed(
  deps: ErpActivityDependencies,
  ref: OrderRef,
  version: number,
  fault: { readonly type: string; readonly message: string; readonly retryAfterMs?: number },
): Promise<never> {
  const { type, message } = fault;
  const { attempt } = Context.current().info;
  const retryMs = fault.retryAfterMs ?? Math.min(firstRetryMs * 2 ** (attempt - 1), longestRetryMs);
  await keep(deps, ref, { kind: 'failed', version, message, retryMs });
  throw ApplicationFailure.create({ type, message, nextRetryDelay: retryMs });
}
