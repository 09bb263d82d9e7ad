import type { InvoiceCommandActivities } from '@oms/activities';
import type { InvoiceCommandAnswer, InvoiceCommandInput } from '@oms/contracts/temporal';
import {
  proxyActivities,
  proxyLocalActivities,
  type ActivityOptions,
  type LocalActivityOptions,
} from '@temporalio/workflow';

import { locallyFirst } from '../kit/locally-first.js';

/** One short idempotent transaction. */
const startToCloseTimeout = '20s';

const atOncePolicy = {
  startToCloseTimeout,
  retry: { initialInterval: '500ms', maximumAttempts: 2 },
} as const satisfies LocalActivityOptions;

/** A command that was accepted is carried out, be it minutes after the database is back; after a day it has failed. */
const patientPolicy = {
  startToCloseTimeout,
  scheduleToCloseTimeout: '24h',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s' },
} as const satisfies ActivityOptions;

const summary = 'Carry out the command';
const { executeInvoiceCommand: executeAtOnce } = proxyLocalActivities<InvoiceCommandActivities>({
  ...atOncePolicy,
  summary,
});
const { executeInvoiceCommand: executePatiently } = proxyActivities<InvoiceCommandActivities>({
  ...patientPolicy,
  summary,
});

/**
 * One command about an invoice. Its id is the command's, so the same command runs once.
 *
 * @throws the activity's failure: `RecordRefused` where the database refuses it, `DatabaseUnavailable` after a day
 */
export async function invoiceCommandWorkflow(input: InvoiceCommandInput): Promise<InvoiceCommandAnswer> {
  return locallyFirst(
    () => executeAtOnce(input),
    () => executePatiently(input),
  );
}
