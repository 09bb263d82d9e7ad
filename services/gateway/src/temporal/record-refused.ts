import { FailureType } from '@oms/contracts/temporal';
import { RefusalCode, type CommandRefusal } from '@oms/domain';
import { ApplicationFailure } from '@temporalio/common';

/** Whether a workflow, or an Update of it, failed since the database refuses what it was asked, and would again. */
export function isRecordRefused(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof ApplicationFailure) return cause.type === FailureType.RecordRefused;
  }
  return false;
}

/** What a client is told then: what the database says itself is for operators. */
export const recordRefused: CommandRefusal = {
  kind: 'refused',
  code: RefusalCode.RecordRefused,
  message: 'the database refuses what was asked; nothing was changed',
};
