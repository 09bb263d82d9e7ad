import { FailureType } from '@oms/contracts/temporal';
import { databaseMessageOf, isConstraintViolation, isPassingFault, RowNotFoundError } from '@oms/database';
import { ApplicationFailure } from '@temporalio/common';

/** How often an operation is run that a constraint refuses: a race is over by then. */
const runsAgainstConstraint = 3;

/**
 * Runs a database operation that can be repeated, and turns a fault into a failure with a type.
 *
 * @throws ApplicationFailure `DatabaseUnavailable`, retryable, while the database is away or busy; `RecordRefused`, not
 *   retryable, where it refuses what it was asked and would again. The database's own message is kept, since an operator
 *   needs it; it holds no password and no parameters.
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
