import type { CommandDenial, CommandInput, CommandOutcome } from '@oms/contracts/temporal';
import { commandPartId } from '@oms/contracts/temporal';
import {
  CreditNoteReason,
  decideIssue,
  decidePayment,
  decideVoid,
  InvoiceStatus,
  type Actor,
  type InvoiceFacts,
  type TenantScope,
} from '@oms/domain';

import type { CommandTransaction } from '../kit/commands.js';

interface InvoiceRow {
  status: InvoiceStatus;
  currency: string;
  total_minor: bigint;
  paid_minor: bigint;
}

const noSuchInvoice: CommandDenial = {
  kind: 'denied',
  why: 'not_found',
  message: 'there is no such invoice',
};
const notAllowed = (message: string): CommandDenial => ({ kind: 'denied', why: 'not_allowed', message });

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

/** Issues or voids an invoice, inside of its command's transaction. */
export async function moveInvoice(
  transaction: CommandTransaction,
  input: CommandInput<'issue_invoice'> | CommandInput<'void_invoice'>,
): Promise<CommandOutcome<'issue_invoice'>> {
  const { invoiceId } = input.request;
  const facts = await lockInvoice(transaction, input, invoiceId);
  if (!facts) return noSuchInvoice;
  const decision = input.kind === 'issue_invoice' ? decideIssue(facts) : decideVoid(facts);
  if (decision.kind === 'refused') return notAllowed(decision.message);
  if (decision.effect === InvoiceStatus.Void) await voidInvoice(transaction, input, invoiceId);
  else await issueInvoice(transaction, input, invoiceId);
  return { kind: 'done', result: { invoiceId } };
}

/** One that was issued is taken back by a credit note, as when its order is cancelled. */
async function voidInvoice(
  transaction: CommandTransaction,
  input: TenantScope & { readonly actor: Actor },
  invoiceId: string,
): Promise<void> {
  await transaction.$executeRaw`SELECT void_invoice(${invoiceId}::uuid, ${CreditNoteReason.InvoiceVoided})`;
  await audit(transaction, input, { action: 'invoice.voided', invoiceId, data: {} });
}

async function issueInvoice(
  transaction: CommandTransaction,
  { tenantId, orgId, actor }: TenantScope & { readonly actor: Actor },
  invoiceId: string,
): Promise<void> {
  await transaction.$executeRaw`SELECT issue_invoice(${invoiceId}::uuid)`;
  await audit(transaction, { tenantId, orgId, actor }, { action: 'invoice.issued', invoiceId, data: {} });
}

/**
 * Records money that was received for an invoice, inside of its command's transaction. Two payments of one invoice
 * wait for each other, so that they are never more together than what is due.
 */
export async function recordInvoicePayment(
  transaction: CommandTransaction,
  input: CommandInput<'record_payment'>,
): Promise<CommandOutcome<'record_payment'>> {
  const { tenantId, orgId, actor, commandId, request } = input;
  const { invoiceId, reference } = request;
  const facts = await lockInvoice(transaction, input, invoiceId);
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
  if (decision.kind === 'refused') return notAllowed(decision.message);
  const { effect } = decision;
  if (effect.kind === 'recorded_before') {
    return { kind: 'done', result: { paymentId: effect.paymentId }, wasDone: true };
  }
  if (effect.issuesFirst) await issueInvoice(transaction, input, invoiceId);
  const paymentId = commandPartId(commandId, 'payment');
  const { amountMinor, currency, method } = request;
  await transaction.invoicePayment.create({
    data: {
      ...{ id: paymentId, tenantId, orgId, invoiceId, currency, amountMinor, method },
      ...{ reference: reference ?? null, actorType: actor.type, actorId: actor.id },
    },
  });
  const data = { paymentId, amountMinor, currency };
  await audit(transaction, input, { action: 'invoice.payment_recorded', invoiceId, data });
  return { kind: 'done', result: { paymentId } };
}

async function audit(
  transaction: CommandTransaction,
  { tenantId, orgId, actor }: TenantScope & { readonly actor: Actor },
  entry: {
    readonly action: string;
    readonly invoiceId: string;
    readonly data: Record<string, string | number>;
  },
): Promise<void> {
  await transaction.auditEntry.create({
    data: {
      ...{ tenantId, orgId, actorType: actor.type, actorId: actor.id },
      ...{ action: entry.action, resourceType: 'invoice', resourceId: entry.invoiceId, data: entry.data },
    },
  });
}
