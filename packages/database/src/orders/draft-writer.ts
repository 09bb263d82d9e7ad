import { OrderEventType, type CommandEffects, type NewOrderLine, type OrderCommandOf } from '@oms/domain';
import { orderLineId } from '@oms/contracts/temporal';

import { append, type WriteContext, type WrittenCommand } from '../order-log/command-writing.js';
import { Prisma } from '../generated/client.js';
import type { Queries } from '../kit/queries.js';

/** Replaces the lines of a draft. Nothing refers to them yet. */
export async function writeDraftEdit(
  queries: Queries,
  context: WriteContext,
  command: OrderCommandOf<'edit_draft'>,
  { totals }: CommandEffects['edit_draft'],
): Promise<WrittenCommand> {
  if (command.lines) await replaceLines(queries, context, command.lines);
  const { type: _, lines, ...fields } = command;
  const changed = Object.entries(fields).filter(([, value]) => value !== undefined);
  await append(queries, context, {
    set: Prisma.sql`
      subtotal_minor = ${totals.subtotalMinor}, discount_minor = ${totals.discountMinor}, tax_minor = ${totals.taxMinor},
      shipping_minor = ${totals.shippingMinor}, total_minor = ${totals.totalMinor},
      shipping_address = ${setJson(command.shippingAddress, Prisma.sql`shipping_address`)},
      billing_address = ${setJson(command.billingAddress, Prisma.sql`billing_address`)},
      shipping_method = ${command.shippingMethod === undefined ? Prisma.sql`shipping_method` : command.shippingMethod},
      metadata = ${setJson(command.metadata, Prisma.sql`metadata`)},`,
    event: {
      type: OrderEventType.OrderEdited,
      data: {
        changed: [...(lines ? ['lines'] : []), ...changed.map(([name]) => name)].sort(),
        totalMinor: totals.totalMinor,
      },
    },
  });
  return {};
}

function setJson(value: object | null | undefined, column: Prisma.Sql): Prisma.Sql {
  if (value === undefined) return column;
  return Prisma.sql`${value === null ? null : JSON.stringify(value)}::jsonb`;
}

async function replaceLines(
  queries: Queries,
  { orderId }: WriteContext,
  lines: readonly NewOrderLine[],
): Promise<void> {
  await queries.orderLine.deleteMany({ where: { orderId } });
  await queries.orderLine.createMany({
    data: lines.map((line, index) => ({
      ...{ id: orderLineId(orderId, index + 1), orderId, position: index + 1 },
      ...{ quantity: line.quantity, unitPriceMinor: line.unitPriceMinor },
      requiresShipping: line.requiresShipping,
      productTitle: line.productTitle ?? null,
      productId: line.productId ?? null,
      variantId: line.variantId ?? null,
      locationId: line.locationId ?? null,
      sku: line.sku ?? null,
      variantTitle: line.variantTitle ?? null,
    })),
  });
}
