import { FailureType } from '@oms/contracts/temporal';
import { ActivityFailure, ApplicationFailure, isCancellation } from '@temporalio/workflow';

/**
 * Runs an activity as a local one, which costs no round trip to the server, and as a usual one where that did not succeed:
 * however long that is retried, the history does not grow, and what stands in the way is a pending activity.
 */
export async function locallyFirst<Result>(
  locally: () => Promise<Result>,
  patiently: () => Promise<Result>,
): Promise<Result> {
  try {
    return await locally();
  } catch (error) {
    if (isCancellation(error) || isFinal(error)) throw error;
  }
  return patiently();
}

function isFinal(error: unknown): boolean {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  return cause instanceof ApplicationFailure && cause.type === FailureType.RecordRefused;
}
