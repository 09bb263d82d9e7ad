import { FailureType } from '@oms/contracts/temporal';
import { databaseMessageOf, isConstraintViolation, isPassingFault, RowNotFoundError } from '@oms/database';
import { log } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';

/** The number of runs of an operation that a constraint refuses: a race is over by then. */
const runsAgainstConstraint = 3;

/**
 * Runs a database operation that can be repeated, and turns a fault into a failure with a type.
 *
 * @throws ApplicationFailure `DatabaseUnavailable`, retryable, while the database is away or busy; `RecordRefused`, not
 *   retryable, if it refuses the operation for good. The database's own message is kept, since an operator needs it; it
 *   holds no password and no parameters.
 */
export async function withDatabase<Result>(operation: () => Promise<Result>): Promise<Result> {
  for (let run = 1; ; run += 1) {
    try {
      return await operation();
    } catch (error) {
      if (error instanceof ApplicationFailure) throw error;
      if (!isConstraintViolation(error) || run === runsAgainstConstraint) throw failureOf(error);
    }
  }
}

/**
 * Runs a step that has to happen in the end: a refusal of the database is retried like any other fault.
 *
 * @throws ApplicationFailure, always retryable
 */
export async function retryingRefusals<Result>(step: () => Promise<Result>): Promise<Result> {
  try {
    return await step();
  } catch (error) {
    if (!(error instanceof ApplicationFailure) || error.type !== FailureType.RecordRefused) throw error;
    const { type, message } = error;
    log.error('the database refuses a step that has to be carried out', { fault: message });
    throw ApplicationFailure.create({ type, message });
  }
}

function failureOf(error: unknown): ApplicationFailure {
  const type = typeOf(error);
  return ApplicationFailure.create({
    type,
    message: databaseMessageOf(error),
    nonRetryable: type === FailureType.RecordRefused,
  });
}

function typeOf(error: unknown): FailureType {
  if (error instanceof RowNotFoundError) return FailureType.UnexpectedRecord;
  return isPassingFault(error) ? FailureType.DatabaseUnavailable : FailureType.RecordRefused;
}
