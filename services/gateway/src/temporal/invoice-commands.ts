import {
  invoiceCommandWorkflowId,
  invoiceCommandWorkflowType,
  OrderSearchAttributes,
  TaskQueue,
  type InvoiceCommandAnswer,
  type InvoiceCommandInput,
  type InvoiceCommandKind,
} from '@oms/contracts/temporal';
import type { CommandRefusal } from '@oms/domain';
import {
  isGrpcCancelledError,
  isGrpcDeadlineError,
  WorkflowExecutionAlreadyStartedError,
  type Client,
} from '@temporalio/client';

import { isRecordRefused, recordRefused } from './record-refused.js';

export type InvoiceCommandOutcome<Kind extends InvoiceCommandKind> =
  | {
      readonly kind: 'answered';
      readonly outcome: Exclude<InvoiceCommandAnswer<Kind>['outcome'], { readonly kind: 'conflict' }>;
      readonly isReplay: boolean;
    }
  /** It will be carried out by itself; asking again with the same id tells what it came to. */
  | { readonly kind: 'accepted' }
  /** The id was used for another request. Nothing was changed. */
  | { readonly kind: 'conflict' }
  /** It cannot be carried out. Nothing was changed, and asking again with the same id tries once more. */
  | CommandRefusal;

/** Carries out commands about invoices, by one workflow each. */
export interface InvoiceCommands {
  /**
   * Starts the command's workflow, or finds the one that is there, and waits a limited time for its answer. Running
   * it again with the same id is safe at any time, also after it has rejected.
   *
   * Rejects when it is not certain that the command will be carried out.
   */
  run<Kind extends InvoiceCommandKind>(
    command: InvoiceCommandInput<Kind>,
  ): Promise<InvoiceCommandOutcome<Kind>>;
}

export interface InvoiceCommandsDeps {
  readonly client: Client;
  /** How long to wait for the answer before the command counts as accepted. */
  readonly timeoutMs: number;
}

/** For the call that needs no worker: it answers in milliseconds, or Temporal is away. */
const startTimeoutMs = 10_000;

export function createInvoiceCommands({ client, timeoutMs }: InvoiceCommandsDeps): InvoiceCommands {
  return {
    async run<Kind extends InvoiceCommandKind>(command: InvoiceCommandInput<Kind>) {
      await client.withDeadline(Date.now() + startTimeoutMs, () => start(client, command));
      let answer: InvoiceCommandAnswer<Kind>;
      try {
        answer = await client.withDeadline(Date.now() + timeoutMs, () =>
          client.workflow
            .getHandle<() => Promise<InvoiceCommandAnswer<Kind>>>(invoiceCommandWorkflowId(command.commandId))
            .result(),
        );
      } catch (error) {
        if (isGrpcDeadlineError(error) || isGrpcCancelledError(error)) return { kind: 'accepted' };
        if (isRecordRefused(error)) return recordRefused;
        throw error;
      }
      const { outcome, requestHash, requestId } = answer;
      if (requestHash !== command.requestHash || outcome.kind === 'conflict') return { kind: 'conflict' };
      return { kind: 'answered', outcome, isReplay: requestId !== command.requestId };
    },
  };
}

/**
 * Temporal forgets what has ended after the namespace's retention. A command that is started again then finds its
 * answer in the database.
 */
async function start<Kind extends InvoiceCommandKind>(
  client: Client,
  command: InvoiceCommandInput<Kind>,
): Promise<void> {
  const { tenantId, orgId, commandId, kind } = command;
  try {
    await client.workflow.start(invoiceCommandWorkflowType, {
      workflowId: invoiceCommandWorkflowId(commandId),
      taskQueue: TaskQueue.Orders,
      // One that failed has changed nothing.
      workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
      workflowIdConflictPolicy: 'USE_EXISTING',
      args: [command],
      typedSearchAttributes: [
        { key: OrderSearchAttributes.tenantId, value: tenantId },
        { key: OrderSearchAttributes.orgId, value: orgId },
      ],
      staticSummary: kind.replaceAll('_', ' '),
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
