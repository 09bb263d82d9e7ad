import { FailureType } from '@oms/contracts/temporal';
import type { Refusal } from '@oms/domain';
import {
  isGrpcCancelledError,
  isGrpcDeadlineError,
  isGrpcServiceError,
  ServiceError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';

/** Whether no run of the workflow has the Update, or the run that had accepted it ended before completing it. */
export function isGone(error: unknown): boolean {
  if (error instanceof WorkflowNotFoundError) return true;
  const cause = error instanceof WorkflowUpdateFailedError ? error.cause : undefined;
  return cause instanceof ApplicationFailure && cause.type === 'AcceptedUpdateCompletedWorkflow';
}

/** Whether Temporal has not answered within the deadline. */
export function isTimeout(error: unknown): boolean {
  return (
    error instanceof WorkflowUpdateRPCTimeoutOrCancelledError ||
    isGrpcDeadlineError(error) ||
    isGrpcCancelledError(error)
  );
}

/** Whether Temporal does not answer, or answers with a fault of its own. */
export function isTemporalFault(error: unknown): boolean {
  return isTimeout(error) || error instanceof ServiceError || isGrpcServiceError(error);
}

/** The answer of an Update that the order's workflow refused. */
export type UpdateRefusal =
  /** @param requestId that of the request that was refused, which may be an earlier one under the same key */
  | { readonly kind: 'refused'; readonly refusal: Refusal; readonly requestId?: string }
  | { readonly kind: 'not_found' };

/** The refusal in a failed Update. Throws any other failure again. */
export function refusalOfUpdate(error: unknown): UpdateRefusal {
  const cause = error instanceof WorkflowUpdateFailedError ? error.cause : undefined;
  if (!(cause instanceof ApplicationFailure)) throw error;
  if (cause.type === FailureType.OrderNotFound) return { kind: 'not_found' };
  if (cause.type !== FailureType.ChangeRefused) throw error;
  const [refusal, requestId] = cause.details ?? [];
  return {
    kind: 'refused',
    refusal: refusal as Refusal, // As the workflow made it.
    ...(typeof requestId === 'string' ? { requestId } : {}),
  };
}
