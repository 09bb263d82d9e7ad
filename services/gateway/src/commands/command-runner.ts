import {
  databaseMessageOf,
  isPassingFault,
  isRefusedByDatabase,
  runCommand,
  type CarryOut,
  type Command,
  type CommandAnswer,
  type Database,
} from '@oms/database';
import { refusal, RefusalCode, type Refusal } from '@oms/domain';
import type { Logger } from '@oms/observability';

import { HttpRefusal } from '../http/refuse.js';

/** Carries out mutations that one transaction can complete. */
export interface CommandRunner {
  /**
   * Carries out a command in one transaction. Running it again with the same id is safe at any time, also after an
   * error.
   *
   * @throws HttpRefusal 503 while the database is away or busy; the command may have been carried out
   */
  run<Request, Result>(
    command: Command<Request>,
    carryOut: CarryOut<Request, Result>,
  ): Promise<CommandAnswer<Result> | Refusal>;
}

export interface CommandRunnerDeps {
  readonly database: Database;
  /** The longest wait for a lock that another command holds. */
  readonly lockTimeoutMs: number;
  readonly log: Logger;
}

export function createCommandRunner({ database, lockTimeoutMs, log }: CommandRunnerDeps): CommandRunner {
  return {
    async run(command, carryOut) {
      try {
        return await runCommand(database, command, carryOut, { lockTimeoutMs });
      } catch (error) {
        if (isPassingFault(error)) throw notNow(error);
        if (!isRefusedByDatabase(error)) throw error;
        // The client learns only that the database refused. The log names the constraint for operators.
        const { commandId, kind } = command;
        log.error({ commandId, kind, refusal: databaseMessageOf(error) }, 'the database refused a command');
        return refusal(RefusalCode.RecordRefused, 'the database refuses what was asked; nothing was changed');
      }
    },
  };
}

/** The answer (503) to a mutation while the database is away or busy. */
export function notNow(cause: unknown): HttpRefusal {
  return new HttpRefusal(
    RefusalCode.DatabaseUnavailable,
    'the database does not answer right now, and this may not have been done; retry with the same Idempotency-Key',
    { headers: { 'Retry-After': '5' }, cause },
  );
}
