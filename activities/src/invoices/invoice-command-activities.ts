import type { InvoiceCommandAnswer, InvoiceCommandInput, InvoiceCommandKind } from '@oms/contracts/temporal';
import { moveInvoice, recordInvoicePayment, runCommand, type CarryOut, type Database } from '@oms/database';

import { withDatabase } from '../kit/database-fault.js';

export type InvoiceCommandActivities = ReturnType<typeof createInvoiceCommandActivities>;

type Handler = CarryOut<InvoiceCommandInput['request'], InvoiceCommandAnswer['outcome']>;
const handlers = {
  issue_invoice: moveInvoice,
  void_invoice: moveInvoice,
  record_payment: recordInvoicePayment,
} as unknown as Readonly<Record<InvoiceCommandKind, Handler>>; // Each takes the request of its kind.

/** Carries out commands about invoices. */
export function createInvoiceCommandActivities({ database }: { readonly database: Database }) {
  return {
    /** Carries a command out, once, however often it is called; a decision against it is its outcome. */
    executeInvoiceCommand: (input: InvoiceCommandInput): Promise<InvoiceCommandAnswer> =>
      withDatabase(async () => {
        const answer = await runCommand(database, input, handlers[input.kind]);
        const requestId = 'isReplay' in answer && answer.isReplay ? '' : input.requestId;
        return {
          outcome: answer as InvoiceCommandAnswer['outcome'], // Of the same kind.
          requestHash: input.requestHash,
          requestId,
        };
      }),
  };
}
