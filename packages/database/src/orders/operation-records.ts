import type { ChangeAnswer, CancellationDecision } from '@oms/contracts/temporal';
import {
  OrderEventType,
  OrderStatus,
  type Refusal,
  type OrderCommandType,
  type OrderRef,
  type PaymentStatus,
} from '@oms/domain';

import type { Database } from '../kit/database.js';
import { present } from '../kit/present.js';

/** The change to look for. */
export interface OperationToFind extends OrderRef {
  readonly commandId: string;
  /** The request, where an earlier one under the same key was refused. */
  readonly requestId?: string;
}

/** The record of a change. `at`: ISO 8601. */
export type RecordedOperation =
  | {
      readonly kind: 'done';
      readonly type: OrderCommandType;
      readonly answer: Pick<ChangeAnswer, 'status' | 'paymentStatus' | 'version' | 'partId'>;
      /** Why the order is cancelled, where it is. */
      readonly cancellationDetail?: string;
      readonly at: string;
    }
  | { readonly kind: 'refused'; readonly refusal: Refusal; readonly at: string }
  /** The decision is in the order's records. Any run of its workflow carries the change out. */
  | { readonly kind: 'pending' };

/**
 * Finds a change that was made or refused; `undefined` for any other one. A change that was made after a refusal under the
 * same key counts as made.
 */
export async function findOperation(
  { prisma }: Database,
  { orderId, tenantId, orgId, commandId, requestId }: OperationToFind,
): Promise<RecordedOperation | undefined> {
  const order = { tenantId, orgId };
  const made = await prisma.orderCommand.findUnique({
    where: { orderId_commandId: { orderId, commandId }, order },
    include: { order: { select: { cancellationDetail: true } } },
  });
  if (made) {
    return {
      kind: 'done',
      type: made.type as OrderCommandType, // As `remember` wrote it.
      answer: made.result as unknown as ChangeAnswer, // As `remember` wrote it.
      at: made.recordedAt.toISOString(),
      ...present('cancellationDetail', made.order.cancellationDetail),
    };
  }
  const refused = await prisma.orderRefusal.findFirst({
    where: { orderId, commandId, order, ...present('requestId', requestId) },
    orderBy: { recordedAt: 'asc' },
  });
  if (!refused) return findBegun(prisma, { orderId, tenantId, orgId, commandId });
  const refusal = refused.refusal as unknown as Refusal; // As `keepingRefusal` wrote it.
  return { kind: 'refused', refusal, at: refused.recordedAt.toISOString() };
}

/** A cancellation or confirmation that takes several steps. Its answer is kept after the last one. */
async function findBegun(
  prisma: Database['prisma'],
  { orderId, tenantId, orgId, commandId }: OperationToFind,
): Promise<RecordedOperation | undefined> {
  const order = await prisma.order.findUnique({
    where: { id: orderId, tenantId, orgId },
    include: {
      events: {
        where: { type: OrderEventType.OrderPlaced, data: { path: ['commandId'], equals: commandId } },
      },
    },
  });
  if (!order) return undefined;
  const cancelling = order.cancelling as Partial<CancellationDecision> | null; // As `refuseOrder` wrote it.
  if (cancelling?.change?.commandId === commandId) return { kind: 'pending' };
  if (order.events.length === 0) return undefined;
  if (order.status === OrderStatus.Pending) return { kind: 'pending' };
  // The order is confirmed or cancelled, and a run that began from the records has no Update whose answer it could keep.
  const { version, cancellationDetail } = order;
  return {
    ...{ kind: 'done', type: 'confirm' },
    answer: { ...statusesOf(order), version },
    at: (order.confirmedAt ?? order.cancelledAt ?? order.updatedAt).toISOString(),
    ...present('cancellationDetail', cancellationDetail),
  };
}

/** Check constraints hold these texts to the domain's words. */
function statusesOf({ status, paymentStatus }: { readonly status: string; readonly paymentStatus: string }) {
  return { status: status as OrderStatus, paymentStatus: paymentStatus as PaymentStatus };
}
