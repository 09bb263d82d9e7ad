import type { OperationKey } from '@oms/contracts/http';
import { orderWorkflowId, type ChangeAnswer } from '@oms/contracts/temporal';
import { isPassingFault, type OrderLifecycleReader, type RecordedOperation } from '@oms/database';
import type { Refusal, TenantScope } from '@oms/domain';
import { describeOrderWorkflow, type Temporal } from '@oms/temporal';
import { WorkflowUpdateFailedError } from '@temporalio/client';

import { updateIdOf } from './order-changer.js';
import { isGone, isTimeout, refusalOfUpdate } from './update-failures.js';

/** The state of a change. Times are absent where nobody kept them. */
export type FoundOperation =
  | RecordedOperation
  /** It was answered and is not in the records: the order has none yet. */
  | { readonly kind: 'answered'; readonly answer: ChangeAnswer }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  /** The order's workflow was ended before the change was made, or the order never heard of it. */
  | { readonly kind: 'interrupted' };

/** Tells what became of changes that were answered 202. */
export interface OperationReader {
  /**
   * `undefined` for an unknown order. Waits up to a second for a change that is under way.
   *
   * Rejects when neither the records nor Temporal can tell.
   */
  find(scope: TenantScope, key: OperationKey): Promise<FoundOperation | undefined>;
}

export interface OperationReaderDeps {
  readonly temporal: Temporal;
  readonly lifecycle: Pick<OrderLifecycleReader, 'findOperation'>;
}

const describeTimeoutMs = 2_000;
const answerTimeoutMs = 1_000;

/** Asks the records first, and Temporal for what they do not have. */
export function createOperationReader({ temporal, lifecycle }: OperationReaderDeps): OperationReader {
  return {
    async find(scope, key) {
      const recorded = await lifecycle.findOperation(scope, key).catch((error: unknown) => {
        // A change is pending for as long as the database is away, and Temporal knows that.
        if (!isPassingFault(error)) throw error;
        return undefined;
      });
      if (recorded && recorded.kind !== 'refused') return recorded;
      const asked = await askTemporal(temporal, scope, key).catch((error: unknown) => {
        if (recorded) return recorded;
        throw error;
      });
      if (!asked) return recorded;
      if (asked.kind === 'pending') return asked;
      // Since the first look, the change may have been made, and its run may have ended.
      return (await lifecycle.findOperation(scope, key)) ?? asked;
    },
  };
}

/** The state of a change in Temporal; `undefined` for an unknown order. Rejects when Temporal does not answer. */
async function askTemporal(
  temporal: Temporal,
  scope: TenantScope,
  key: OperationKey,
): Promise<FoundOperation | undefined> {
  const { client, named } = temporal;
  const { orderId } = key;
  const description = await describeOrderWorkflow(temporal, orderId, describeTimeoutMs);
  if (description?.tenantId !== scope.tenantId || description.orgId !== scope.orgId) return undefined;
  try {
    const update = client.workflow
      .getHandle(named(orderWorkflowId(orderId)))
      .getUpdateHandle<ChangeAnswer>(updateIdOf(key));
    const answer = await client.withDeadline(Date.now() + answerTimeoutMs, () => update.result());
    return { kind: 'answered', answer };
  } catch (error) {
    if (isTimeout(error)) return { kind: 'pending' };
    if (isGone(error)) return { kind: 'interrupted' };
    if (!(error instanceof WorkflowUpdateFailedError)) throw error;
    const answer = refusalOfUpdate(error);
    return answer.kind === 'not_found' ? undefined : { kind: 'refused', refusal: answer.refusal };
  }
}
