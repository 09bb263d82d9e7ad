import { randomUUID } from 'node:crypto';

import {
  commandWorkflowId,
  commandWorkflowType,
  OrderSearchAttributes,
  TaskQueue,
  type CommandAnswer,
  type CommandInput,
  type CommandKind,
} from '@oms/contracts/temporal';
import {
  isGrpcCancelledError,
  isGrpcDeadlineError,
  WorkflowExecutionAlreadyStartedError,
  type Client,
} from '@temporalio/client';

import type { CommandRunner, CommandToRun } from './command-runner.js';
import { isRecordRefused, recordRefused } from './record-refused.js';

export interface TemporalCommandRunnerDeps {
  readonly client: Client;
  /** How long to wait for the answer before the command counts as accepted. */
  readonly commandTimeoutMs: number;
}

/** For the call that needs no worker: it answers in milliseconds, or Temporal is away. */
const startTimeoutMs = 10_000;

/** Carries out commands by one workflow each. */
export function createTemporalCommandRunner({
  client,
  commandTimeoutMs,
}: TemporalCommandRunnerDeps): CommandRunner {
  return {
    async run<Kind extends CommandKind>(command: CommandToRun<Kind>) {
      const requestId = randomUUID();
      await client.withDeadline(Date.now() + startTimeoutMs, () => start(client, command, requestId));
      let answer: CommandAnswer<Kind>;
      try {
        answer = await client.withDeadline(Date.now() + commandTimeoutMs, () =>
          client.workflow
            .getHandle<() => Promise<CommandAnswer<Kind>>>(commandWorkflowId(command.commandId))
            .result(),
        );
      } catch (error) {
        if (isGrpcDeadlineError(error) || isGrpcCancelledError(error)) return { kind: 'accepted' };
        if (isRecordRefused(error)) return recordRefused;
        throw error;
      }
      if (answer.requestHash !== command.requestHash) return { kind: 'conflict' };
      return { kind: 'answered', outcome: answer.outcome, isReplay: answer.requestId !== requestId };
    },
  };
}

/**
 * Temporal forgets what has ended after the namespace's retention. A command that is started again then finds its
 * answer in the database.
 */
async function start<Kind extends CommandKind>(
  client: Client,
  command: CommandToRun<Kind>,
  requestId: string,
): Promise<void> {
  const { scope, commandId, kind, requestHash, actor, request } = command;
  const input: CommandInput<Kind> = { ...scope, commandId, kind, requestHash, requestId, actor, request };
  try {
    await client.workflow.start(commandWorkflowType, {
      workflowId: commandWorkflowId(commandId),
      taskQueue: TaskQueue.Orders,
      // One that failed has changed nothing.
      workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
      workflowIdConflictPolicy: 'USE_EXISTING',
      args: [input],
      typedSearchAttributes: [
        { key: OrderSearchAttributes.tenantId, value: scope.tenantId },
        { key: OrderSearchAttributes.orgId, value: scope.orgId },
      ],
      staticSummary: kind.replaceAll('_', ' '),
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
