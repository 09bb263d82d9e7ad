import { moveInvoice, recordInvoicePayment } from '@oms/database';

import type { CommandHandler } from './command-handlers.js';

/** Issues a draft of an invoice. */
export const issueInvoice: CommandHandler<'issue_invoice'> = (transaction, input) =>
  moveInvoice(transaction, input);

/** Voids an invoice that nothing was paid of. */
export const voidInvoice: CommandHandler<'void_invoice'> = (transaction, input) =>
  moveInvoice(transaction, input);

/** Records money that was received for an invoice. */
export const recordPayment: CommandHandler<'record_payment'> = (transaction, input) =>
  recordInvoicePayment(transaction, input);
