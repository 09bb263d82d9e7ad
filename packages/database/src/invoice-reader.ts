import type { InvoiceStatus, Order, TenantScope } from '@oms/domain';

import type { Database } from './database.js';
import type { InvoicePayment as PaymentRow, Prisma } from './generated/client.js';
import { createOrderReader } from './postgres-order-reader.js';
import { present } from './present.js';

/** An invoice. Amounts in minor units of its currency, times in ISO 8601 in UTC. */
export interface Invoice {
  readonly id: string;
  /** Counts the organisation's invoices, without gaps. */
  readonly sequence: number;
  readonly orderId: string;
  readonly orderNumber: string;
  readonly customerId?: string;
  readonly customerRef?: string;
  readonly status: InvoiceStatus;
  readonly currency: string;
  readonly currencyExponent: number;
  readonly totalMinor: number;
  readonly paidMinor: number;
  /** What was received for it and is owed to the customer since it is void. */
  readonly creditedMinor: number;
  readonly createdAt: string;
  readonly issuedAt?: string;
  readonly paidAt?: string;
  readonly voidedAt?: string;
}

/** Money that was received for an invoice. */
export interface InvoicePayment {
  readonly id: string;
  readonly invoiceId: string;
  readonly currency: string;
  readonly currencyExponent: number;
  readonly amountMinor: number;
  readonly method: string;
  readonly reference?: string;
  readonly recordedAt: string;
}

export interface InvoiceListQuery {
  readonly orderId?: string;
  readonly statuses?: readonly InvoiceStatus[];
  readonly limit: number;
  readonly offset: number;
}

export interface PaymentListQuery {
  readonly invoiceId?: string;
  readonly limit: number;
  readonly offset: number;
}

/** What the gateway reads of invoices. Every read is scoped: another tenant's is not found. */
export interface InvoiceReader {
  /** Newest first. */
  listInvoices(
    scope: TenantScope,
    query: InvoiceListQuery,
  ): Promise<{ readonly invoices: readonly Invoice[]; readonly hasMore: boolean }>;
  findInvoice(scope: TenantScope, invoiceId: string): Promise<Invoice | undefined>;
  /** The invoice with the order that it is about, and what was paid of it, the oldest first. */
  findDocument(
    scope: TenantScope,
    invoiceId: string,
  ): Promise<
    | { readonly invoice: Invoice; readonly order: Order; readonly payments: readonly InvoicePayment[] }
    | undefined
  >;
  findPayment(scope: TenantScope, paymentId: string): Promise<InvoicePayment | undefined>;
  /** Newest first. */
  listPayments(
    scope: TenantScope,
    query: PaymentListQuery,
  ): Promise<{ readonly payments: readonly InvoicePayment[]; readonly hasMore: boolean }>;
}

const withOrder = {
  order: { select: { number: true, customerId: true, customerRef: true } },
} as const satisfies Prisma.InvoiceInclude;
type InvoiceRow = Prisma.InvoiceGetPayload<{ include: typeof withOrder }>;

const withExponent = {
  invoice: { select: { currencyExponent: true } },
} as const satisfies Prisma.InvoicePaymentInclude;

/** Reads invoices and their payments from PostgreSQL. */
export function createInvoiceReader(database: Database): InvoiceReader {
  const { prisma } = database;
  const orders = createOrderReader(database);
  const findInvoice = async ({ tenantId, orgId }: TenantScope, id: string) => {
    const row = await prisma.invoice.findUnique({ where: { id, tenantId, orgId }, include: withOrder });
    return row ? toInvoice(row) : undefined;
  };
  return {
    findInvoice,
    listInvoices: (scope, query) => listInvoices(database, scope, query),
    async findDocument(scope, invoiceId) {
      const invoice = await findInvoice(scope, invoiceId);
      const order = invoice && (await orders.findOrder(scope, invoice.orderId));
      if (!order) return undefined;
      const rows = await prisma.invoicePayment.findMany({
        where: { invoiceId, tenantId: scope.tenantId, orgId: scope.orgId },
        orderBy: [{ recordedAt: 'asc' }, { id: 'asc' }],
      });
      const payments = rows.map((row) => toPayment(row, invoice.currencyExponent));
      return { invoice, order, payments };
    },
    async findPayment({ tenantId, orgId }, id) {
      const where = { id, tenantId, orgId };
      const row = await prisma.invoicePayment.findUnique({ where, include: withExponent });
      return row ? toPayment(row, row.invoice.currencyExponent) : undefined;
    },
    async listPayments({ tenantId, orgId }, { invoiceId, limit, offset }) {
      const rows = await prisma.invoicePayment.findMany({
        where: { tenantId, orgId, ...present('invoiceId', invoiceId) },
        include: withExponent,
        orderBy: [{ recordedAt: 'desc' }, { id: 'desc' }],
        take: limit + 1,
        skip: offset,
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
  { prisma }: Database,
  { tenantId, orgId }: TenantScope,
  { orderId, statuses, limit, offset }: InvoiceListQuery,
) {
  const rows = await prisma.invoice.findMany({
    where: {
      ...{ tenantId, orgId },
      ...present('orderId', orderId),
      ...(statuses ? { status: { in: [...statuses] } } : {}),
    },
    include: withOrder,
    orderBy: { sequence: 'desc' },
    take: limit + 1,
    skip: offset,
  });
  return { invoices: rows.slice(0, limit).map(toInvoice), hasMore: rows.length > limit };
}

function toInvoice(row: InvoiceRow): Invoice {
  return {
    id: row.id,
    sequence: Number(row.sequence),
    orderId: row.orderId,
    orderNumber: row.order.number,
    status: row.status as InvoiceStatus, // Held to the domain's words by a check constraint.
    currency: row.currency,
    currencyExponent: row.currencyExponent,
    totalMinor: Number(row.totalMinor),
    paidMinor: Number(row.paidMinor),
    creditedMinor: Number(row.creditedMinor),
    createdAt: row.createdAt.toISOString(),
    ...present('customerId', row.order.customerId),
    ...present('customerRef', row.order.customerRef),
    ...present('issuedAt', row.issuedAt?.toISOString()),
    ...present('paidAt', row.paidAt?.toISOString()),
    ...present('voidedAt', row.voidedAt?.toISOString()),
  };
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
