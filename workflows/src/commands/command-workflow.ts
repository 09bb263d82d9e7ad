import type { CommandActivities } from '@oms/activities';
import type { CommandAnswer, CommandInput } from '@oms/contracts/temporal';
import { proxyLocalActivities, type LocalActivityOptions } from '@temporalio/workflow';

/**
 * One short idempotent transaction. It is tried until it gives an answer: a command that was accepted is carried out,
 * be it minutes after the database is back.
 */
const commandPolicy = {
  startToCloseTimeout: '20s',
  retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '30s' },
} as const satisfies LocalActivityOptions;

const { executeCommand } = proxyLocalActivities<CommandActivities>({
  ...commandPolicy,
  summary: 'Carry out the command',
});

/** One command that is not a change of one order. Its id is the command's, so the same command runs once. */
export async function commandWorkflow(input: CommandInput): Promise<CommandAnswer> {
  return executeCommand(input);
}
