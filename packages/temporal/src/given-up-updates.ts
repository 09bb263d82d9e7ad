import { isGrpcServiceError } from '@temporalio/client';

/** gRPC's FAILED_PRECONDITION. */
const failedPrecondition = 9;

/**
 * Whether Temporal gave an Update up: something else reached the workflow while it took its last step, and made it take
 * that step anew. Sent again under its id, the Update is the same one.
 */
export function isUpdateGivenUp(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return isGrpcServiceError(cause) && Number(cause.code) === failedPrecondition;
}
