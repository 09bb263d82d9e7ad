import { isGrpcServiceError, type Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';

import { eventually } from './processes.js';

/** gRPC status codes. */
const Status = { NotFound: 5, AlreadyExists: 6, PermissionDenied: 7, Unauthenticated: 16 } as const;

/**
 * Creates a namespace if it is missing. If the key may not look it up, the namespace is assumed to exist: those of Temporal
 * Cloud are created in its console.
 *
 * @throws Error if the key is rejected, or with the server's answer
 */
export async function ensureNamespace(
  { workflowService }: Connection,
  namespace: string,
): Promise<'exists' | 'created'> {
  try {
    await workflowService.describeNamespace({ namespace });
    return 'exists';
  } catch (error) {
    const code = statusOf(error);
    if (code === Status.PermissionDenied) return 'exists';
    if (code === Status.Unauthenticated)
      throw new Error('Temporal does not accept the key', { cause: error });
    if (code !== Status.NotFound) throw error;
  }
  try {
    await workflowService.registerNamespace({
      namespace,
      workflowExecutionRetentionPeriod: msToTs('7 days'),
    });
  } catch (error) {
    if (statusOf(error) !== Status.AlreadyExists) throw error;
  }
  // The server's parts learn of a new namespace at different times.
  await eventually(`the namespace ${namespace}`, async () => {
    await workflowService.describeNamespace({ namespace });
    await workflowService.listWorkflowExecutions({ namespace });
    return true;
  });
  return 'created';
}

function statusOf(error: unknown): number | undefined {
  return isGrpcServiceError(error) ? error.code : undefined;
}
