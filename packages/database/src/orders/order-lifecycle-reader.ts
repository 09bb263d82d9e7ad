import type { CancellationDecision, ChangeAnswer } from '@oms/contracts/temporal';
import {
  OrderFlag,
  type OrderStatus,
  type CancellationReason,
  type OrderFlag as Flag,
  type Refusal,
  type OrderCommandType,
  type OrderFacts,
  type OrderProof,
  type OrderRef,
  type PaymentStatus,
  type TenantScope,
} from '@oms/domain';

import { RowNotFoundError } from '../kit/database-error.js';
import type { Database } from '../kit/database.js';
import { findChangeAnswer } from '../order-log/order-lock.js';
import { readFactsFor } from '../order-log/order-facts-reader.js';
import { present } from '../kit/present.js';
import { findOrderToStart, type OrderStartRecord } from './open-orders.js';
import { findOperation, type OperationToFind, type RecordedOperation } from './operation-records.js';
import { findOrderMoney, findOrderParts } from './order-parts.js';
import { findOrderProof } from '../proof/order-proof.js';
import type { OrderMoney, OrderParts } from './order-documents.js';

/** The standing of an order by its records. */
export interface RecordedProgress {
  readonly number: string;
  readonly status: OrderStatus;
  readonly paymentStatus: PaymentStatus;
  /** Why the order is cancelled, or is being cancelled. */
  readonly cancellationReason?: CancellationReason;
  readonly flags: readonly Flag[];
  readonly isBeingCancelled: boolean;
  /** Set if the authorisation of an order expires soon that has not taken its money. ISO 8601. */
  readonly authorizationExpiresAt?: string;
}

/** Reads parts, state and changes of an order. Every read is scoped: another tenant's order counts as unknown. */
export interface OrderLifecycleReader {
  /** `undefined` for an unknown order. */
  findParts(scope: TenantScope, orderId: string): Promise<OrderParts | undefined>;
  /** The form of the order's amounts; `undefined` for an unknown order. */
  findMoney(scope: TenantScope, orderId: string): Promise<OrderMoney | undefined>;
  /** The order state that decisions depend on; `undefined` for an unknown order. */
  findFacts(scope: TenantScope, orderId: string, type?: OrderCommandType): Promise<OrderFacts | undefined>;
  /** The answer to a change; `undefined` if it was never made. */
  findChange(
    scope: TenantScope,
    change: { readonly orderId: string; readonly commandId: string; readonly requestHash: string },
  ): Promise<{ readonly kind: 'applied'; readonly answer: ChangeAnswer } | Refusal | undefined>;
  /** A change that was made or refused; `undefined` for any other one. */
  findOperation(
    scope: TenantScope,
    operation: Omit<OperationToFind, keyof TenantScope>,
  ): Promise<RecordedOperation | undefined>;
  /** The order's progress, for people; `undefined` for an unknown order. */
  findProgress(scope: TenantScope, orderId: string): Promise<RecordedProgress | undefined>;
  /** The input to start the order's workflow again; `undefined` for an unknown order. */
  findToStart(scope: TenantScope, orderId: string): Promise<OrderStartRecord | undefined>;
  /** The comparison of the ledgers, documents and history; `undefined` for an unknown order. */
  findProof(scope: TenantScope, orderId: string): Promise<OrderProof | undefined>;
}

/** Makes a reader on PostgreSQL. */
export function createOrderLifecycleReader(database: Database): OrderLifecycleReader {
  return {
    findParts: (scope, orderId) => findOrderParts(database, scope, orderId),
    findMoney: (scope, orderId) => findOrderMoney(database, scope, orderId),
    async findFacts(scope, orderId, type) {
      try {
        return await readFactsFor(database.prisma, { ...scope, orderId }, type);
      } catch (error) {
        if (error instanceof RowNotFoundError) return undefined;
        throw error;
      }
    },
    findChange: (scope, change) => findChangeAnswer(database, { ...scope, ...change }),
    findOperation: (scope, operation) => findOperation(database, { ...scope, ...operation }),
    findProgress: (scope, orderId) => findProgress(database, { ...scope, orderId }),
    findToStart: (scope, orderId) => findOrderToStart(database, { ...scope, orderId }),
    findProof: (scope, orderId) => findOrderProof(database, { ...scope, orderId }),
  };
}

async function findProgress(
  { prisma }: Database,
  { tenantId, orgId, orderId }: OrderRef,
): Promise<RecordedProgress | undefined> {
  const row = await prisma.order.findUnique({
    where: { id: orderId, tenantId, orgId },
    select: {
      ...{
        number: true,
        status: true,
        paymentStatus: true,
        cancellationReason: true,
        cancelling: true,
        flags: true,
      },
      payment: { select: { authorizationExpiresAt: true } },
    },
  });
  if (!row) return undefined;
  const isLapsing = row.flags.includes(OrderFlag.AuthorizationExpiring);
  const cancelling = row.cancelling as CancellationDecision | null; // As `refuseOrder` wrote it.
  const expiresAt = isLapsing ? row.payment?.authorizationExpiresAt?.toISOString() : undefined;
  return {
    number: row.number,
    // Check constraints hold this text to the domain's words.
    status: row.status as OrderStatus,
    paymentStatus: row.paymentStatus as PaymentStatus,
    flags: row.flags as Flag[],
    ...present(
      'cancellationReason',
      (row.cancellationReason as CancellationReason | null) ?? cancelling?.reason,
    ),
    isBeingCancelled: cancelling !== null,
    ...present('authorizationExpiresAt', expiresAt),
  };
}
