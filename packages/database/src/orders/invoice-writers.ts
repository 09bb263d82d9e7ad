import {
  CreditNoteReason,
  InvoiceStatus,
  OrderEventType,
  type CommandEffects,
  type OrderCommandOf,
} from '@oms/domain';

import { insertAudit, type Change } from '../kit/audit.js';
import type { Queries } from '../kit/queries.js';
import { append, partOf, type WriteContext, type WrittenCommand } from '../order-log/command-writing.js';

// A change of an invoice is an event of its order, so that the order's version grows and its ERP gets the change.

/** Issues the order's invoice. */
export async function writeInvoiceIssue(
  queries: Queries,
  context: WriteContext,
  { invoiceId }: OrderCommandOf<'issue_invoice'>,
  { from, to }: CommandEffects['issue_invoice'],
): Promise<WrittenCommand> {
  await issueInvoice(queries, context, invoiceId);
  await audit(queries, context, [invoiceIssued(invoiceId, from, to)]);
  return {};
}

/** Voids the order's invoice. A credit note cancels an issued one, as when the order is cancelled. */
export async function writeInvoiceVoid(
  queries: Queries,
  context: WriteContext,
  { invoiceId }: OrderCommandOf<'void_invoice'>,
  { from, to }: CommandEffects['void_invoice'],
): Promise<WrittenCommand> {
  await queries.$executeRaw`SELECT void_invoice(${invoiceId}::uuid, ${CreditNoteReason.InvoiceVoided})`;
  await append(queries, context, { event: { type: OrderEventType.InvoiceVoided, data: { invoiceId } } });
  const statuses = { before: { status: from }, after: { status: to } };
  await audit(queries, context, [changeOf(invoiceId, 'invoice.voided', statuses)]);
  return {};
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
  if (effect.kind === 'recorded_before') return { partId: effect.paymentId, wasDone: true };
  const { invoiceId, amountMinor, currency, method, reference = null } = command;
  if (effect.issuesFirst) await issueInvoice(queries, context, invoiceId);
  const paymentId = partOf(context);
  await queries.invoicePayment.create({
    data: {
      ...{ id: paymentId, tenantId, orgId, invoiceId, currency, amountMinor, method, reference },
      ...{ actorType: actor.type, actorId: actor.id },
    },
  });
  await append(queries, context, {
    event: {
      type: OrderEventType.InvoicePaymentRecorded,
      data: { invoiceId, paymentId, amountMinor, method },
    },
  });
  const recorded = changeOf(invoiceId, 'invoice.payment_recorded', {
    before: { paidMinor: effect.paidBeforeMinor },
    after: { paidMinor: effect.paidBeforeMinor + amountMinor },
    details: { paymentId, amountMinor, currency, method },
  });
  const { Draft, Issued } = InvoiceStatus;
  const issued = effect.issuesFirst ? [invoiceIssued(invoiceId, Draft, Issued)] : [];
  await audit(queries, context, [...issued, recorded]);
  return { partId: paymentId };
}

async function issueInvoice(queries: Queries, context: WriteContext, invoiceId: string): Promise<void> {
  await queries.$executeRaw`SELECT issue_invoice(${invoiceId}::uuid)`;
  await append(queries, context, { event: { type: OrderEventType.InvoiceIssued, data: { invoiceId } } });
}

async function audit(
  queries: Queries,
  { tenantId, orgId, actor }: WriteContext,
  changes: readonly Change[],
): Promise<void> {
  await queries.$executeRaw(insertAudit({ tenantId, orgId }, actor, changes));
}

const invoiceIssued = (id: string, from: InvoiceStatus, to: InvoiceStatus): Change =>
  changeOf(id, 'invoice.issued', { before: { status: from }, after: { status: to } });

const changeOf = (
  id: string,
  action: string,
  change: Pick<Change, 'before' | 'after' | 'details'>,
): Change => ({ ...change, action, type: 'invoice', id });
