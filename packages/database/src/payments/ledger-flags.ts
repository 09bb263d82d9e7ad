import {
  ledgerFlags,
  type LedgerFlags,
  type OrderFlag,
  type OrderRef,
  type PaymentMovement,
} from '@oms/domain';

import { Prisma } from '../generated/client.js';
import type { Queries } from '../kit/queries.js';
import { sumOfAmounts } from '../kit/sum-of-amounts.js';

/** Reads the movements of an order's payment in their sequence. Only certain under the order's lock. */
export async function readMovements(
  queries: Queries,
  { orderId }: Pick<OrderRef, 'orderId'>,
): Promise<readonly PaymentMovement[]> {
  const rows = await queries.$queryRaw<
    { operation: PaymentMovement['operation']; amount_minor: bigint; object_id: string }[]
  >`
    SELECT operation, amount_minor, object_id FROM (
      SELECT operation, amount_minor, provider_object_id AS object_id, recorded_at AS moved_at, id FROM payment_ledger WHERE order_id = ${orderId}::uuid
      UNION ALL
      SELECT 'refund_declined', amount_minor, '', settled_at, 0 FROM refunds
      WHERE order_id = ${orderId}::uuid AND status = 'failed' AND provider_refund_id IS NULL AND NOT EXISTS (
        SELECT FROM payment_ledger entry
        WHERE entry.order_id = refunds.order_id AND entry.operation = 'refund' AND entry.ordinal = refunds.ordinal)
    ) movement
    ORDER BY moved_at, id`;
  return rows.map(({ operation, amount_minor, object_id: objectId }) => ({
    operation,
    amountMinor: Number(amount_minor),
    objectId,
  }));
}

/** The cancellations of units whose money was never taken. */
export const notCharged = { where: { refundId: null }, select: { amountMinor: true } } as const;

/** Reads the price of an order without the units of {@link notCharged} cancellations, in minor units. */
export const chargeOf = ({
  totalMinor,
  cancellations,
}: {
  readonly totalMinor: bigint;
  readonly cancellations: readonly { readonly amountMinor: bigint }[];
}): number => Number(totalMinor) - sumOfAmounts(cancellations);

/** The flags that follow from an order's ledger. Call it under the order's lock, once the ledger has its new entries. */
export async function readLedgerFlags(
  queries: Queries,
  ref: Pick<OrderRef, 'orderId'>,
): Promise<LedgerFlags> {
  const order = await queries.order.findUniqueOrThrow({
    where: { id: ref.orderId },
    select: { totalMinor: true, cancellations: notCharged },
  });
  return ledgerFlags(chargeOf(order), await readMovements(queries, ref));
}

/** An SQL expression: the flags of a row of `orders`, with one more. */
export const withFlag = (flag: OrderFlag): Prisma.Sql => withFlags({ raised: [flag], cleared: [] });

/** An SQL expression: the flags of a row of `orders`, with raised and without cleared ones. */
export function withFlags(
  { raised, cleared }: LedgerFlags,
  flags: Prisma.Sql = Prisma.sql`orders.flags`,
): Prisma.Sql {
  return Prisma.sql`
    array(SELECT flag FROM unnest(${flags}) flag WHERE flag <> ALL (${cleared}::text[]))
    || array(SELECT flag FROM unnest(${raised}::text[]) flag WHERE flag <> ALL (${flags}))`;
}
