import type { OrderProgress } from '@oms/contracts/http';
import {
  operatorActionsFor,
  orderRestWords,
  orderStepOf,
  OrderSearchAttributes,
  orderStepWords,
  orderWorkflowId,
  timeoutCode,
  type OrderMemo,
} from '@oms/contracts/temporal';
import type { OrderLifecycleReader, RecordedProgress } from '@oms/database';
import {
  isTerminal,
  OrderStatus,
  PaymentStatus,
  type CancellationReason,
  type OrderFlag,
  type TenantScope,
} from '@oms/domain';
import { isStepThatWaits, type PendingActivity, type Temporal } from '@oms/temporal';
import { WorkflowNotFoundError, type WorkflowExecutionDescription } from '@temporalio/client';
import { tsToDate } from '@temporalio/common/lib/time.js';

/** Reads the progress of orders. */
export interface OrderProgressReader {
  /**
   * Reads the progress of an order, also while no worker runs. `undefined` for an order that this tenant does not
   * have.
   */
  find(scope: TenantScope, orderId: string): Promise<OrderProgress | undefined>;
}

const describeTimeoutMs = 2_000;
/** A task that no worker has taken after this time is shown as waiting for a worker. */
const unattendedAfterMs = 5_000;

/** Makes a reader that combines the order's record with the pending activities of its workflow. */
export function createOrderProgressReader({
  temporal,
  lifecycle,
}: {
  readonly temporal: Temporal;
  readonly lifecycle: Pick<OrderLifecycleReader, 'findProgress'>;
}): OrderProgressReader {
  return {
    async find(scope, orderId) {
      // While the database is away, only Temporal knows the order and its owner.
      const recorded = await lifecycle.findProgress(scope, orderId).catch(() => undefined);
      if (recorded && isTerminal(recorded.status)) {
        const { isBeingCancelled: _, ...known } = recorded;
        return { orderId, ...known, step: orderRestWords[known.status] };
      }
      const description = await describe(temporal, orderId);
      if (!recorded && !(description && isOf(scope, description))) return undefined;
      const known = recorded ?? (description && describedProgress(description));
      return known && progressOf(orderId, known, description);
    },
  };
}

async function describe(
  { client, named }: Temporal,
  orderId: string,
): Promise<WorkflowExecutionDescription | undefined> {
  try {
    return await client.withDeadline(Date.now() + describeTimeoutMs, () =>
      client.workflow.getHandle(named(orderWorkflowId(orderId))).describe(),
    );
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

function isOf(
  scope: TenantScope,
  { typedSearchAttributes: attributes }: WorkflowExecutionDescription,
): boolean {
  return (
    attributes.get(OrderSearchAttributes.tenantId) === scope.tenantId &&
    attributes.get(OrderSearchAttributes.orgId) === scope.orgId
  );
}

type KnownProgress = Omit<RecordedProgress, 'number'> & Partial<Pick<RecordedProgress, 'number'>>;

/** The order's statuses in its search attributes, which may be older than its record. */
function describedProgress({
  typedSearchAttributes: attributes,
}: WorkflowExecutionDescription): KnownProgress {
  const number = attributes.get(OrderSearchAttributes.orderNumber);
  const reason = attributes.get(OrderSearchAttributes.cancellationReason);
  // The order's workflow wrote them.
  return {
    status: (attributes.get(OrderSearchAttributes.orderStatus) ?? OrderStatus.Pending) as OrderStatus,
    paymentStatus: (attributes.get(OrderSearchAttributes.paymentStatus) ??
      PaymentStatus.Pending) as PaymentStatus,
    flags: (attributes.get(OrderSearchAttributes.orderFlags) ?? []) as OrderFlag[],
    ...(reason === undefined ? {} : { cancellationReason: reason as CancellationReason }),
    isBeingCancelled: false,
    ...(number === undefined ? {} : { number }),
  };
}

function progressOf(
  orderId: string,
  { isBeingCancelled, ...known }: KnownProgress,
  description: WorkflowExecutionDescription | undefined,
): OrderProgress {
  const atRest = { orderId, ...known, step: orderRestWords[known.status] };
  const actions = operatorActionsFor({ ...known, isBeingCancelled });
  if (description?.status.name !== 'RUNNING') {
    const how = description ? description.status.name.toLowerCase() : 'not there';
    const fault = `the order's workflow is ${how}`;
    const retry = actions.filter(({ action }) => action === 'retry');
    return { ...atRest, waiting: { code: 'NoWorkflow', fault }, actions: retry };
  }
  const { raw, typedSearchAttributes: attributes } = description;
  const since = attributes.get(OrderSearchAttributes.waitingSince);
  const { lastFault } = (since ? description.memo : {}) as Partial<OrderMemo>; // The order's workflow wrote it.
  const steps = (raw.pendingActivities ?? []).filter(({ activityType }) => stepOf(activityType?.name));
  const isOfFault = ({ activityType }: PendingActivity): boolean => activityType?.name === lastFault?.step;
  const shown = steps.find(isStepThatWaits) ?? steps.find(isOfFault) ?? steps.at(-1);
  const step = shown && stepOf(shown.activityType?.name);
  if (!shown || !step) {
    const scheduledAt = raw.pendingWorkflowTask?.scheduledTime;
    const waiting = unattended(raw.pendingWorkflowTask?.startedTime ? undefined : scheduledAt);
    return { ...atRest, ...(waiting ? { waiting, actions } : {}) };
  }
  const waiting = waitingOf(shown, since, isOfFault(shown) ? lastFault : undefined);
  const startedAt = shown.lastStartedTime && tsToDate(shown.lastStartedTime).toISOString();
  return {
    ...{ orderId, ...known, step: orderStepWords[step] },
    ...(isStarted(shown) && startedAt ? { attemptStartedAt: startedAt } : {}),
    ...(waiting ? { waiting, actions } : {}),
  };
}

const stepOf = (activityType: string | null | undefined) => orderStepOf(activityType ?? '');

/** `temporal.api.enums.v1.PendingActivityState`. */
const startedState = 2;
const isStarted = ({ state }: PendingActivity): boolean => Number(state) === startedState;

/**
 * @param before the fault of an earlier activity of the same step. This activity reports no failure of its own until
 *   an attempt has failed.
 */
function waitingOf(
  activity: PendingActivity,
  since: Date | undefined,
  before: OrderMemo['lastFault'],
): OrderProgress['waiting'] {
  const { lastFailure, attempt, nextAttemptScheduleTime: next, expirationTime, scheduledTime } = activity;
  if (!isStepThatWaits(activity) && !before) {
    return isStarted(activity) ? undefined : unattended(scheduledTime);
  }
  return {
    ...(lastFailure
      ? faultOf(lastFailure)
      : { code: before?.code ?? timeoutCode, fault: before?.fault ?? '' }),
    attempts: isStarted(activity) ? (attempt ?? 1) : Math.max((attempt ?? 1) - 1, 1),
    ...(since ? { since: since.toISOString() } : {}),
    ...(next ? { nextAttemptAt: tsToDate(next).toISOString() } : {}),
    ...(expirationTime && tsToDate(expirationTime).getTime() > 0
      ? { givenUpAt: tsToDate(expirationTime).toISOString() }
      : {}),
  };
}

function faultOf({ applicationFailureInfo, message }: NonNullable<PendingActivity['lastFailure']>) {
  const type = applicationFailureInfo?.type ?? undefined;
  const words = message ?? '';
  return { code: type ?? timeoutCode, fault: type === undefined ? words : `${type}: ${words}` };
}

/** The fault `NoWorker` for a task that no worker has taken for a while. */
function unattended(scheduledAt: PendingActivity['scheduledTime']): OrderProgress['waiting'] {
  if (!scheduledAt) return undefined;
  const since = tsToDate(scheduledAt);
  return Date.now() - since.getTime() < unattendedAfterMs
    ? undefined
    : { code: 'NoWorker', since: since.toISOString() };
}
