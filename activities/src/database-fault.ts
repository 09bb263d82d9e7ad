import { FailureType } from '@oms/contracts/temporal';
import { RowNotFoundError } from '@oms/database';
import { ApplicationFailure } from '@temporalio/common';

/**
 * Runs a database operation and turns whatever goes wrong into a retryable failure with a type. The database's own
 * message is kept, since an operator needs it; it holds no password and no parameters.
 */
export async function withDatabase<Result>(operation: () => Promise<Result>): Promise<Result> {
  try {
    return await operation();
  } catch (error) {
    if (error instanceof ApplicationFailure) throw error;
    throw ApplicationFailure.create({
      type:
        error instanceof RowNotFoundError ? FailureType.UnexpectedRecord : FailureType.DatabaseUnavailable,
      message: error instanceof Error ? lastLine(error.message) : String(error),
    });
  }
}

/** Prisma puts the call site first and what went wrong last. */
function lastLine(message: string): string {
  return message.trim().split('\n').at(-1) ?? message;
}
