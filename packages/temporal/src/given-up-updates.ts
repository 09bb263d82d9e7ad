import { isGrpcServiceError } from '@temporalio/client';

/** gRPC's FAILED_PRECONDITION. */
const failedPrecondition = 9;

/**
 * Whether Temporal dropped an Update: another event reached the workflow during its last workflow task, which is then
 * repeated. A retry under the same id is the same Update.
 */
export function isUpdateGivenUp(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return isGrpcServiceError(cause) && Number(cause.code) === failedPrecondition;
}
