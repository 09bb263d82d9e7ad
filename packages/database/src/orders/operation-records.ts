import type { ChangeAnswer } from '@oms/contracts/temporal';
import type { CommandRefusal, OrderCommandType, OrderRef } from '@oms/domain';

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
      readonly answer: ChangeAnswer;
      /** Why the order is cancelled, where it is. */
      readonly cancellationDetail?: string;
      readonly at: string;
    }
  | { readonly kind: 'refused'; readonly refusal: CommandRefusal; readonly at: string };

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
  if (!refused) return undefined;
  const refusal = refused.refusal as unknown as CommandRefusal; // As `keepingRefusal` wrote it.
  return { kind: 'refused', refusal, at: refused.recordedAt.toISOString() };
}
