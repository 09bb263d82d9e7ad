import type {
  Address,
  CreditNote,
  Invoice,
  InvoicePayment,
  InvoiceStatus,
  LineRefund,
  Seller,
  TenantScope,
} from '@oms/domain';

import type { Database } from '../kit/database.js';
import type { InvoicePayment as PaymentRow, Prisma } from '../generated/client.js';
import { totalsOf } from '../kit/order-totals.js';
import { toCreditNoteHead, toInvoiceHead } from '../orders/invoice-rows.js';
import { toLine } from '../orders/postgres-order-reader.js';
import { olderThan } from '../kit/older-than.js';
import { present } from '../kit/present.js';
import { findSeller } from './sellers.js';

export interface InvoiceListQuery {
  readonly orderId?: string;
  readonly statuses?: readonly InvoiceStatus[];
  readonly limit: number;
  /** The last invoice of the page before. Numbers never change, so that a change of a row moves it to no other page. */
  readonly after?: Pick<Invoice, 'sequence'>;
}

export interface PaymentListQuery {
  readonly invoiceId?: string;
  readonly limit: number;
  /** The last payment of the page before. */
  readonly after?: Pick<InvoicePayment, 'recordedAt' | 'id'>;
}

/** The gateway's reads of invoices. Every read is scoped: another tenant's is not found. */
export interface InvoiceReader {
  /** Newest first. */
  listInvoices(
    scope: TenantScope,
    query: InvoiceListQuery,
  ): Promise<{ readonly invoices: readonly Invoice[]; readonly hasMore: boolean }>;
  findInvoice(scope: TenantScope, invoiceId: string): Promise<Invoice | undefined>;
  /** The invoices of one order: one, once it is confirmed. `undefined` for an unknown order. */
  findOrderInvoices(scope: TenantScope, orderId: string): Promise<readonly Invoice[] | undefined>;
  /** The invoice with its payments, oldest first. */
  findDocument(
    scope: TenantScope,
    invoiceId: string,
  ): Promise<{ readonly invoice: Invoice; readonly payments: readonly InvoicePayment[] } | undefined>;
  findPayment(scope: TenantScope, paymentId: string): Promise<InvoicePayment | undefined>;
  /** Newest first. */
  listPayments(
    scope: TenantScope,
    query: PaymentListQuery,
  ): Promise<{ readonly payments: readonly InvoicePayment[]; readonly hasMore: boolean }>;
}

const withOrder = {
  order: { include: { lines: { orderBy: { position: 'asc' } } } },
  creditNotes: {
    orderBy: { sequence: 'asc' },
    include: { refund: { select: { lines: true } }, cancellation: { select: { lines: true } } },
  },
} as const satisfies Prisma.InvoiceInclude;
type InvoiceRow = Prisma.InvoiceGetPayload<{ include: typeof withOrder }>;
type CreditNoteRow = InvoiceRow['creditNotes'][number];

const withExponent = {
  invoice: { select: { currencyExponent: true } },
} as const satisfies Prisma.InvoicePaymentInclude;

/** Reads invoices and their payments from PostgreSQL. */
export function createInvoiceReader(database: Database): InvoiceReader {
  const { prisma } = database;
  const findInvoice = async ({ tenantId, orgId }: TenantScope, id: string) => {
    const row = await prisma.invoice.findUnique({ where: { id, tenantId, orgId }, include: withOrder });
    const [invoice] = await toInvoices(database, { tenantId, orgId }, row ? [row] : []);
    return invoice;
  };
  return {
    findInvoice,
    async findOrderInvoices({ tenantId, orgId }, orderId) {
      const row = await prisma.order.findUnique({
        where: { id: orderId, tenantId, orgId },
        select: { invoice: { include: withOrder } },
      });
      if (!row) return undefined;
      return toInvoices(database, { tenantId, orgId }, row.invoice ? [row.invoice] : []);
    },
    listInvoices: (scope, query) => listInvoices(database, scope, query),
    async findDocument(scope, invoiceId) {
      const invoice = await findInvoice(scope, invoiceId);
      if (!invoice) return undefined;
      const rows = await prisma.invoicePayment.findMany({
        where: { invoiceId, tenantId: scope.tenantId, orgId: scope.orgId },
        orderBy: [{ recordedAt: 'asc' }, { id: 'asc' }],
      });
      const payments = rows.map((row) => toPayment(row, invoice.currencyExponent));
      return { invoice, payments };
    },
    async findPayment({ tenantId, orgId }, id) {
      const where = { id, tenantId, orgId };
      const row = await prisma.invoicePayment.findUnique({ where, include: withExponent });
      return row ? toPayment(row, row.invoice.currencyExponent) : undefined;
    },
    async listPayments({ tenantId, orgId }, { invoiceId, limit, after }) {
      const rows = await prisma.invoicePayment.findMany({
        where: {
          ...{ tenantId, orgId },
          ...present('invoiceId', invoiceId),
          ...(after ? olderThan('recordedAt', after.recordedAt, after.id) : {}),
        },
        include: withExponent,
        orderBy: [{ recordedAt: 'desc' }, { id: 'desc' }],
        take: limit + 1,
      });
      const page = rows.slice(0, limit);
      return {
        payments: page.map((row) => toPayment(row, row.invoice.currencyExponent)),
        hasMore: rows.length > limit,
      };
    },
  };
}

async function listInvoices(
  database: Database,
  scope: TenantScope,
  { orderId, statuses, limit, after }: InvoiceListQuery,
) {
  const rows = await database.prisma.invoice.findMany({
    where: {
      ...{ tenantId: scope.tenantId, orgId: scope.orgId },
      ...present('orderId', orderId),
      ...(statuses ? { status: { in: [...statuses] } } : {}),
      ...(after ? { sequence: { lt: after.sequence } } : {}),
    },
    include: withOrder,
    orderBy: { sequence: 'desc' },
    take: limit + 1,
  });
  const invoices = await toInvoices(database, scope, rows.slice(0, limit));
  return { invoices, hasMore: rows.length > limit };
}

/** Renders rows of an organisation. An invoice that was never issued shows the present seller. */
async function toInvoices(
  { prisma }: Database,
  scope: TenantScope,
  rows: readonly InvoiceRow[],
): Promise<readonly Invoice[]> {
  const areIssued = rows.every(({ issuedAt }) => issuedAt !== null);
  const seller = areIssued ? undefined : await findSeller(prisma, scope);
  return rows.map((row) => toInvoice(row, seller));
}

function toInvoice(row: InvoiceRow, presentSeller: Seller | undefined): Invoice {
  return {
    ...toInvoiceHead(row),
    orderId: row.orderId,
    orderNumber: row.order.number,
    currency: row.currency,
    currencyExponent: row.currencyExponent,
    lines: row.order.lines.map(toLine),
    totals: totalsOf(row.order),
    creditNotes: row.creditNotes.map(toCreditNote),
    createdAt: row.createdAt.toISOString(),
    ...partiesOf(row, presentSeller),
    ...present('customerId', row.order.customerId),
    ...present('customerRef', row.order.customerRef),
  };
}

/** The parties of an invoice. An invoice that was never issued has no copies yet. */
function partiesOf(
  { issuedAt, billTo, shipTo, seller, order }: InvoiceRow,
  presentSeller: Seller | undefined,
): Pick<Invoice, 'billTo' | 'shipTo' | 'seller'> {
  // The columns are copies of an order's addresses and of a seller, which were parsed.
  const copies = { billTo, shipTo, seller } as unknown as Copies;
  const { billingAddress, shippingAddress } = order as unknown as Readonly<
    Record<'billingAddress' | 'shippingAddress', Address | null>
  >;
  const parties: Copies =
    issuedAt === null
      ? { billTo: billingAddress ?? shippingAddress, shipTo: shippingAddress, seller: presentSeller }
      : copies;
  return {
    ...present('billTo', parties.billTo),
    ...present('shipTo', parties.shipTo),
    ...present('seller', parties.seller),
  };
}

interface Copies {
  readonly billTo: Address | null;
  readonly shipTo: Address | null;
  readonly seller: Seller | null | undefined;
}

function toCreditNote(row: CreditNoteRow): CreditNote {
  return { ...toCreditNoteHead(row), lines: creditedLines(row) };
}

/** The money of lines that the refund or the cancellation of a credit note names. */
function creditedLines({ refund, cancellation }: CreditNoteRow): CreditNote['lines'] {
  if (refund) return refund.lines as unknown as readonly LineRefund[]; // As the command that made it wrote them.
  return (cancellation?.lines ?? []).map(({ lineId, amountMinor }) => ({
    lineId,
    amountMinor: Number(amountMinor),
  }));
}

function toPayment(row: PaymentRow, currencyExponent: number): InvoicePayment {
  return {
    id: row.id,
    invoiceId: row.invoiceId,
    currency: row.currency,
    currencyExponent,
    amountMinor: Number(row.amountMinor),
    method: row.method,
    recordedAt: row.recordedAt.toISOString(),
    ...present('reference', row.reference),
  };
}
