import {
  CreditNoteReason,
  InvoiceStatus,
  RefusedError,
  idempotencyConflict,
  type CommandEffects,
  type InvoiceCommandType,
  type OrderCommandOf,
} from '@oms/domain';

import { insertAudit, type Change } from '../kit/audit.js';
import type { Queries } from '../kit/queries.js';
import { partOf, type WriteContext, type WrittenCommand } from '../order-log/command-writing.js';

// Each throws RefusedError if the key changed another order's invoice: keys of invoices belong to the organisation.

/** Issues the order's invoice. */
export async function writeInvoiceIssue(
  queries: Queries,
  context: WriteContext,
  command: OrderCommandOf<'issue_invoice'>,
  { from, to }: CommandEffects['issue_invoice'],
): Promise<WrittenCommand> {
  const { invoiceId } = command;
  await refuseKeyOfAnother(queries, context, command);
  await issueInvoice(queries, invoiceId);
  return audited(queries, context, [invoiceIssued(invoiceId, from, to)]);
}

/** Voids the order's invoice. A credit note cancels an issued one, as when the order is cancelled. */
export async function writeInvoiceVoid(
  queries: Queries,
  context: WriteContext,
  command: OrderCommandOf<'void_invoice'>,
  { from, to }: CommandEffects['void_invoice'],
): Promise<WrittenCommand> {
  const { invoiceId } = command;
  await refuseKeyOfAnother(queries, context, command);
  await queries.$executeRaw`SELECT void_invoice(${invoiceId}::uuid, ${CreditNoteReason.InvoiceVoided})`;
  const statuses = { before: { status: from }, after: { status: to } };
  return audited(queries, context, [changeOf(invoiceId, 'invoice.voided', statuses)]);
}

/**
 * Records a payment of the order's invoice. Under the order's lock, two payments together never exceed the amount due.
 */
export async function writeInvoicePayment(
  queries: Queries,
  context: WriteContext,
  command: OrderCommandOf<'record_payment'>,
  effect: CommandEffects['record_payment'],
): Promise<WrittenCommand> {
  const { tenantId, orgId, actor } = context;
  await refuseKeyOfAnother(queries, context, command);
  if (effect.kind === 'recorded_before') return { partId: effect.paymentId, wasDone: true };
  const { invoiceId, amountMinor, currency, method, reference = null } = command;
  if (effect.issuesFirst) await issueInvoice(queries, invoiceId);
  const paymentId = partOf(context);
  await queries.invoicePayment.create({
    data: {
      ...{ id: paymentId, tenantId, orgId, invoiceId, currency, amountMinor, method, reference },
      ...{ actorType: actor.type, actorId: actor.id },
    },
  });
  const recorded = changeOf(invoiceId, 'invoice.payment_recorded', {
    before: { paidMinor: effect.paidBeforeMinor },
    after: { paidMinor: effect.paidBeforeMinor + amountMinor },
    details: { paymentId, amountMinor, currency, method },
  });
  const { Draft, Issued } = InvoiceStatus;
  const issued = effect.issuesFirst ? [invoiceIssued(invoiceId, Draft, Issued)] : [];
  return { partId: paymentId, ...(await audited(queries, context, [...issued, recorded])) };
}

async function refuseKeyOfAnother(
  queries: Queries,
  { orderId, commandId }: WriteContext,
  { type }: OrderCommandOf<InvoiceCommandType>,
): Promise<void> {
  const where = { commandId, type, orderId: { not: orderId } };
  if ((await queries.orderCommand.count({ where })) > 0) throw new RefusedError(idempotencyConflict);
}

async function issueInvoice(queries: Queries, invoiceId: string): Promise<void> {
  await queries.$executeRaw`SELECT issue_invoice(${invoiceId}::uuid)`;
}

async function audited(
  queries: Queries,
  { tenantId, orgId, actor }: WriteContext,
  changes: readonly Change[],
): Promise<WrittenCommand> {
  await queries.$executeRaw(insertAudit({ tenantId, orgId }, actor, changes));
  return {};
}

const invoiceIssued = (id: string, from: InvoiceStatus, to: InvoiceStatus): Change =>
  changeOf(id, 'invoice.issued', { before: { status: from }, after: { status: to } });

const changeOf = (
  id: string,
  action: string,
  change: Pick<Change, 'before' | 'after' | 'details'>,
): Change => ({ ...change, action, type: 'invoice', id });
