import type { CommandAnswer, CommandInput, CommandKind } from '@oms/contracts/temporal';
import { runCommand, type Database } from '@oms/database';

import { withDatabase } from '../kit/database-fault.js';
import { commandHandlers } from './command-handlers.js';

export type CommandActivities = ReturnType<typeof createCommandActivities>;

/** What carries out commands that are not a change of one order. */
export function createCommandActivities({ database }: { readonly database: Database }) {
  return {
    /** Carries a command out, once, however often it is called; a decision against it is its outcome. */
    executeCommand: <Kind extends CommandKind>(input: CommandInput<Kind>): Promise<CommandAnswer<Kind>> =>
      withDatabase(() =>
        runCommand(database, input, (transaction) => commandHandlers[input.kind](transaction, input)),
      ),
  };
}
