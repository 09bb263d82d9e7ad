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
  { totals, lineTaxesMinor }: CommandEffects['edit_draft'],
): Promise<WrittenCommand> {
  if (command.lines) await replaceLines(queries, context, command.lines);
  if (lineTaxesMinor) await setTaxes(queries, context, lineTaxesMinor);
  const { type: _, lines, ...fields } = command;
  const changed = Object.entries(fields).filter(([, value]) => value !== undefined);
  await append(queries, context, {
    set: Prisma.sql`
      subtotal_minor = ${totals.subtotalMinor}, discount_minor = ${totals.discountMinor}, tax_minor = ${totals.taxMinor},
      taxes_included = ${totals.taxesIncluded ?? false},
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
      taxRateMillionths: line.taxRateMillionths ?? null,
      // The tax of the edited totals follows.
      taxMinor: line.taxRateMillionths === undefined ? (line.taxMinor ?? null) : 0,
      productTitle: line.productTitle ?? null,
      productId: line.productId ?? null,
      variantId: line.variantId ?? null,
      locationId: line.locationId ?? null,
      sku: line.sku ?? null,
      variantTitle: line.variantTitle ?? null,
    })),
  });
}

/** Writes the tax of every line, in sequence. */
async function setTaxes(
  queries: Queries,
  { orderId }: WriteContext,
  taxesMinor: readonly number[],
): Promise<void> {
  await queries.$executeRaw`
    UPDATE order_lines SET tax_minor = taxed.tax_minor
    FROM unnest(${[...taxesMinor]}::bigint[]) WITH ORDINALITY taxed (tax_minor, position)
    WHERE order_id = ${orderId}::uuid AND order_lines.position = taxed.position`;
}
