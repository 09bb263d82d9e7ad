import type { Actor, LineQuantity, OrderRef } from '@oms/domain';
import { orderPartId } from '@oms/contracts/temporal';

import { Prisma } from '../generated/client.js';
import { appendEvent } from './order-event-sql.js';
import { lineQuantities } from '../kit/line-quantities.js';
import type { Queries } from '../kit/queries.js';

/** The result of a command, beside its changes. */
export interface WrittenCommand {
  readonly partId?: string;
  /** Set if it was done before under another id, and nothing was written. */
  readonly wasDone?: true;
}

/** Nothing was written but the request for a capture. The command is decided again after it. */
export interface OwedCapture {
  readonly kind: 'owes_capture';
}

/** The order, the command and the actor of a write. */
export interface WriteContext extends OrderRef {
  readonly commandId: string;
  readonly actor: Actor;
}

/** Appends an event, with the order's next version and the other changes of its row. */
export async function append(
  queries: Queries,
  context: Pick<WriteContext, 'orderId' | 'actor'>,
  change: {
    readonly set?: Prisma.Sql;
    readonly event: Omit<Parameters<typeof appendEvent>[0], 'actor'>;
    /** Further facts for the audit log alone. */
    readonly audited?: object;
  },
): Promise<void> {
  await queries.$queryRaw`
    WITH moved AS (
      UPDATE orders SET ${change.set ?? Prisma.empty} version = version + 1, updated_at = now()
      WHERE id = ${context.orderId}::uuid RETURNING id, tenant_id, org_id, version
    ), ${appendEvent({ ...change.event, actor: context.actor }, change.audited)}
    SELECT version FROM moved`;
}

export const partOf = (context: WriteContext): string => orderPartId(context.orderId, context.commandId);

/** The id of a part that a command makes beside another one. */
export const secondPartOf = (context: WriteContext, kind: 'refund' | 'cancellation'): string =>
  orderPartId(context.orderId, `${context.commandId}/${kind}`);

/** The next number of a kind of part of an order. */
export async function nextOrdinal(
  queries: Queries,
  { orderId }: OrderRef,
  table: 'shipment' | 'return' | 'refund' | 'cancellation',
): Promise<number> {
  const where = { where: { orderId } };
  switch (table) {
    case 'shipment':
      return (await queries.shipment.count(where)) + 1;
    case 'return':
      return (await queries.return.count(where)) + 1;
    case 'cancellation':
      return (await queries.cancellation.count(where)) + 1;
    case 'refund':
      // The first refund of the ledger is the one that undoes a whole order.
      return (await queries.refund.count(where)) + 2;
  }
}

export async function countLines(
  queries: Queries,
  column: Prisma.Sql,
  lines: readonly LineQuantity[],
): Promise<void> {
  await queries.$executeRaw`
    UPDATE order_lines SET ${column} = ${column} + moved.quantity
    FROM (${lineQuantities(lines)}) moved WHERE order_lines.id = moved.line_id`;
}
