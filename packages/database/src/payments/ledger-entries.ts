import type { DisputeOperation, OrderRef } from '@oms/domain';

import type { Queries } from '../kit/queries.js';

/** A movement that the provider reports, without a call of this system. */
type ReportedOperation =
  'capture' | 'capture_failed' | 'refund_elsewhere' | 'refund_failed' | DisputeOperation;

/** Appends a movement that the provider reports to the ledger of an order's payment. Call it under the order's lock. */
export async function appendToLedger(
  queries: Queries,
  { orderId }: Pick<OrderRef, 'orderId'>,
  operation: ReportedOperation,
  movement: { readonly amountMinor: number; readonly providerObjectId: string },
): Promise<void> {
  // The count of entries is no ordinal: an operator may have stated that an earlier capture never happened.
  const { _max: last } = await queries.paymentLedgerEntry.aggregate({
    where: { orderId, operation },
    _max: { ordinal: true },
  });
  const ordinal = (last.ordinal ?? 0) + 1;
  const idempotencyKey = `${orderId}:${operation}:${ordinal}`;
  await queries.paymentLedgerEntry.create({
    data: { orderId, operation, ordinal, idempotencyKey, ...movement },
  });
}
