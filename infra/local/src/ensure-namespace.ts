import { isGrpcServiceError, type Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';

import { eventually } from './processes.js';

/** gRPC's numbers. */
const Status = { NotFound: 5, AlreadyExists: 6, PermissionDenied: 7, Unauthenticated: 16 } as const;

/**
 * Makes sure that a namespace is there: on a server of one's own it is made where it is missing. Temporal Cloud's are
 * made in its console, and one that may not be looked at is taken to be there.
 *
 * @throws Error that says that the key is not accepted, or what the server answered
 */
export async function ensureNamespace(
  { workflowService }: Connection,
  namespace: string,
): Promise<'there' | 'made'> {
  try {
    await workflowService.describeNamespace({ namespace });
    return 'there';
  } catch (error) {
    const code = statusOf(error);
    if (code === Status.PermissionDenied) return 'there';
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
  // The server's parts learn of a new namespace one after the other.
  await eventually(`the namespace ${namespace}`, async () => {
    await workflowService.describeNamespace({ namespace });
    await workflowService.listWorkflowExecutions({ namespace });
    return true;
  });
  return 'made';
}

function statusOf(error: unknown): number | undefined {
  return isGrpcServiceError(error) ? error.code : undefined;
}
