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

/** Carries out mutations that wait for nothing, one transaction each. */
export interface CommandRunner {
  /**
   * Running a command again with the same id is safe at any time, also after it has rejected.
   *
   * @throws HttpRefusal 503 while the database is away or busy: the command may have been carried out, or not
   */
  run<Request, Result>(
    command: Command<Request>,
    carryOut: CarryOut<Request, Result>,
  ): Promise<CommandAnswer<Result> | Refusal>;
}

export interface CommandRunnerDeps {
  readonly database: Database;
  /** How long a command waits for another one that changes the same. */
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
        // A client is told no more than that; an operator has to know which rule it was.
        const { commandId, kind } = command;
        log.error({ commandId, kind, refusal: databaseMessageOf(error) }, 'the database refused a command');
        return refusal(RefusalCode.RecordRefused, 'the database refuses what was asked; nothing was changed');
      }
    },
  };
}

/** The answer to a mutation while the database does not take it. */
export function notNow(cause: unknown): HttpRefusal {
  return new HttpRefusal(
    RefusalCode.DatabaseUnavailable,
    'the database does not answer right now, and this may not have been done; retry with the same Idempotency-Key',
    { headers: { 'Retry-After': '5' }, cause },
  );
}
