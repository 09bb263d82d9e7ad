import { commandPartId, type InvoiceRequest, type RecordPaymentRequest } from '@oms/contracts/temporal';
import {
  CreditNoteReason,
  decideIssue,
  decidePayment,
  decideVoid,
  InvoiceStatus,
  notFound,
  type InvoiceFacts,
  type TenantScope,
} from '@oms/domain';

import type { Change } from '../kit/audit.js';
import type { CarriedOut, Command, CommandTransaction } from '../kit/run-command.js';

interface InvoiceRow {
  status: InvoiceStatus;
  currency: string;
  total_minor: bigint;
  paid_minor: bigint;
}

const noSuchInvoice = notFound('invoice');

/** What decisions depend on, locked until the command's transaction ends. */
async function lockInvoice(
  transaction: CommandTransaction,
  { tenantId, orgId }: TenantScope,
  invoiceId: string,
): Promise<InvoiceFacts | undefined> {
  const [row] = await transaction.$queryRaw<InvoiceRow[]>`
    SELECT status, currency, total_minor, paid_minor FROM invoices
    WHERE id = ${invoiceId}::uuid AND tenant_id = ${tenantId}::uuid AND org_id = ${orgId}::uuid FOR UPDATE`;
  if (!row) return undefined;
  return {
    status: row.status,
    currency: row.currency,
    totalMinor: Number(row.total_minor),
    paidMinor: Number(row.paid_minor),
  };
}

/** Issues or voids an invoice. One that was issued is taken back by a credit note, as when its order is cancelled. */
export async function moveInvoice(
  transaction: CommandTransaction,
  command: Command<InvoiceRequest>,
): Promise<CarriedOut<InvoiceRequest>> {
  const { invoiceId } = command.request;
  const facts = await lockInvoice(transaction, command, invoiceId);
  if (!facts) return noSuchInvoice;
  const decision = command.kind === 'issue_invoice' ? decideIssue(facts) : decideVoid(facts);
  if (decision.kind === 'refused') return decision;
  const status = decision.effect;
  if (status === InvoiceStatus.Void) {
    await transaction.$executeRaw`SELECT void_invoice(${invoiceId}::uuid, ${CreditNoteReason.InvoiceVoided})`;
  } else {
    await issueInvoice(transaction, invoiceId);
  }
  const action = status === InvoiceStatus.Void ? 'invoice.voided' : 'invoice.issued';
  return {
    kind: 'done',
    result: { invoiceId },
    changes: [changeOf(invoiceId, action, { before: { status: facts.status }, after: { status } })],
  };
}

async function issueInvoice(transaction: CommandTransaction, invoiceId: string): Promise<void> {
  await transaction.$executeRaw`SELECT issue_invoice(${invoiceId}::uuid)`;
}

/**
 * Records money that was received for an invoice. Two payments of one invoice wait for each other, so that they are
 * never more together than what is due.
 */
export async function recordInvoicePayment(
  transaction: CommandTransaction,
  command: Command<RecordPaymentRequest>,
): Promise<CarriedOut<{ readonly paymentId: string }>> {
  const { tenantId, orgId, actor, commandId, request } = command;
  const { invoiceId, reference } = request;
  const facts = await lockInvoice(transaction, command, invoiceId);
  if (!facts) return noSuchInvoice;
  const earlier =
    reference === undefined
      ? null
      : await transaction.invoicePayment.findUnique({
          where: { invoiceId_reference: { invoiceId, reference } },
        });
  const decision = decidePayment(
    facts,
    request,
    earlier
      ? { ...earlier, reference: reference ?? '', amountMinor: Number(earlier.amountMinor) }
      : undefined,
  );
  if (decision.kind === 'refused') return decision;
  const { effect } = decision;
  if (effect.kind === 'recorded_before') {
    return { kind: 'done', result: { paymentId: effect.paymentId }, wasDone: true };
  }
  if (effect.issuesFirst) await issueInvoice(transaction, invoiceId);
  const paymentId = commandPartId(commandId, 'payment');
  const { amountMinor, currency, method } = request;
  await transaction.invoicePayment.create({
    data: {
      ...{ id: paymentId, tenantId, orgId, invoiceId, currency, amountMinor, method },
      ...{ reference: reference ?? null, actorType: actor.type, actorId: actor.id },
    },
  });
  const { paidMinor } = facts;
  const recorded = changeOf(invoiceId, 'invoice.payment_recorded', {
    before: { paidMinor },
    after: { paidMinor: paidMinor + amountMinor },
    details: { paymentId, amountMinor, currency, method },
  });
  const [before, after] = [{ status: facts.status }, { status: InvoiceStatus.Issued }];
  return {
    kind: 'done',
    result: { paymentId },
    changes: effect.issuesFirst
      ? [changeOf(invoiceId, 'invoice.issued', { before, after }), recorded]
      : [recorded],
  };
}

const changeOf = (
  id: string,
  action: string,
  change: Pick<Change, 'before' | 'after' | 'details'>,
): Change => ({ ...change, action, type: 'invoice', id });
