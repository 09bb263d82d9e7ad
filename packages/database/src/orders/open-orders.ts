import type { OrderToStart } from '@oms/contracts/temporal';
import { isTerminal, orderStatuses, type OrderRef, type OrderStatus, type PaymentStatus } from '@oms/domain';

import type { Database } from '../kit/database.js';
import { present } from '../kit/present.js';
import { Prisma } from '../generated/client.js';
import { owesRefund, owesSettlement } from '../order-log/order-standing.js';

/** The record of an order, to start its workflow again. */
export interface OrderStartRecord extends OrderToStart {
  /** Whether a step may follow or is still owed, so that a workflow has to run. */
  readonly isOpen: boolean;
  /** Whether a notification of its payment is not settled. It may have ended all the same. */
  readonly owesSettlement: boolean;
}

interface Row {
  id: string;
  tenant_id: string;
  org_id: string;
  number: string;
  status: OrderStatus;
  payment_status: PaymentStatus;
  customer_id: string | null;
  idempotency_key: string;
  request_hash: string;
  request_id: string;
  is_open: boolean;
  owes_settlement: boolean;
}

const ended = Prisma.join(orderStatuses.filter(isTerminal));
const isOpen = Prisma.sql`(orders.status NOT IN (${ended}) OR ${owesRefund} OR ${owesSettlement})`;

const columns = Prisma.sql`
  id, tenant_id, org_id, number, status, payment_status, customer_id, idempotency_key, request_hash, request_id,
  ${isOpen} AS is_open, ${owesSettlement} AS owes_settlement`;

/** Reads the input to start an order's workflow again; `undefined` for an unknown order. */
export async function findOrderToStart(
  { prisma }: Database,
  { tenantId, orgId, orderId }: OrderRef,
): Promise<OrderStartRecord | undefined> {
  const [row] = await prisma.$queryRaw<Row[]>`
    SELECT ${columns} FROM orders
    WHERE id = ${orderId}::uuid AND tenant_id = ${tenantId}::uuid AND org_id = ${orgId}::uuid`;
  return row && toRecord(row);
}

const pageSize = 500;

/** All orders that need a running workflow, of one tenant or of all. */
export async function* allOpenOrders(
  { prisma }: Database,
  { tenantId }: { readonly tenantId?: string } = {},
): AsyncGenerator<OrderStartRecord> {
  const ofTenant = tenantId === undefined ? Prisma.empty : Prisma.sql`AND tenant_id = ${tenantId}::uuid`;
  for (let last = '00000000-0000-0000-0000-000000000000'; ;) {
    const rows = await prisma.$queryRaw<Row[]>`
      SELECT ${columns} FROM orders WHERE ${isOpen} AND id > ${last}::uuid ${ofTenant} ORDER BY id LIMIT ${pageSize}`;
    yield* rows.map(toRecord);
    const end = rows.at(-1);
    if (!end || rows.length < pageSize) return;
    last = end.id;
  }
}

function toRecord(row: Row): OrderStartRecord {
  return {
    orderId: row.id,
    tenantId: row.tenant_id,
    orgId: row.org_id,
    number: row.number,
    status: row.status,
    paymentStatus: row.payment_status,
    idempotencyKey: row.idempotency_key,
    requestHash: row.request_hash,
    requestId: row.request_id,
    isOpen: row.is_open,
    owesSettlement: row.owes_settlement,
    ...present('customerId', row.customer_id),
  };
}
