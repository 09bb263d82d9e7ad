import {
  OrderEventType,
  refusedStock,
  skusToStock,
  stockOfLines,
  type CommandEffects,
  type DetailValues,
  type NewOrderLine,
  type OrderCommandOf,
  type Refusal,
} from '@oms/domain';
import { orderLineId } from '@oms/contracts/temporal';

import { append, type WriteContext, type WrittenCommand } from '../order-log/command-writing.js';
import { Prisma } from '../generated/client.js';
import type { Queries } from '../kit/queries.js';
import { readStockedSkus } from '../inventory/stocked-skus.js';

/** Writes the changed fields of an order. The audit record has the details before and after; they may be personal data. */
export async function writeEdit(
  queries: Queries,
  context: WriteContext,
  { lines }: OrderCommandOf<'edit'>,
  { changed, totals, lineTaxesMinor, before, after }: CommandEffects['edit'],
): Promise<WrittenCommand | Refusal> {
  if (changed.length === 0) return { wasDone: true };
  if (lines) {
    // As for a new order: the transaction that writes the lines decides their stock.
    const levels = await readStockedSkus(queries, context, skusToStock(lines));
    const stocked = stockOfLines(lines, levels);
    if (stocked.faults.length > 0) return refusedStock(stocked.faults);
    await replaceLines(queries, context, stocked.lines);
  }
  if (lineTaxesMinor) await setTaxes(queries, context, lineTaxesMinor);
  if (after.paymentReference) await dropPayment(queries, context);
  await append(queries, context, {
    set: Prisma.sql`
      subtotal_minor = ${totals.subtotalMinor}, discount_minor = ${totals.discountMinor}, tax_minor = ${totals.taxMinor},
      taxes_included = ${totals.taxesIncluded ?? false},
      shipping_minor = ${totals.shippingMinor}, total_minor = ${totals.totalMinor}, ${assignments(after)}`,
    event: { type: OrderEventType.OrderEdited, data: { changed, totalMinor: totals.totalMinor } },
    audited: { before, after },
  });
  return {};
}

/** The assignments of the details that an edit changes, each followed by a comma. */
function assignments(after: DetailValues): Prisma.Sql {
  const { paymentReference, shippingAddress, billingAddress, shippingMethod, note, tags, metadata } = after;
  return Prisma.join(
    [
      Prisma.empty,
      ...(paymentReference ? [Prisma.sql`payment_reference = ${paymentReference},`] : []),
      ...(shippingAddress === undefined ? [] : [Prisma.sql`shipping_address = ${json(shippingAddress)},`]),
      ...(billingAddress === undefined ? [] : [Prisma.sql`billing_address = ${json(billingAddress)},`]),
      ...(shippingMethod === undefined ? [] : [Prisma.sql`shipping_method = ${shippingMethod},`]),
      ...(note === undefined ? [] : [Prisma.sql`note = ${note},`]),
      ...(tags === undefined ? [] : [Prisma.sql`tags = ${tags ?? []}::text[],`]),
      ...(metadata === undefined ? [] : [Prisma.sql`metadata = ${json(metadata ?? {})},`]),
    ],
    ' ',
  );
}

function json(value: object | null): Prisma.Sql {
  return Prisma.sql`${value === null ? null : JSON.stringify(value)}::jsonb`;
}

/** Owes the release of the payment that the draft names. The draft has not claimed it. */
async function dropPayment(queries: Queries, { orderId }: WriteContext): Promise<void> {
  await queries.$executeRaw`
    INSERT INTO dropped_payments (order_id, ordinal, provider, reference)
    SELECT id, (SELECT count(*)::int + 1 FROM dropped_payments WHERE order_id = orders.id), payment_provider, payment_reference
    FROM orders WHERE id = ${orderId}::uuid`;
}

/** Replaces the lines of a draft. Nothing refers to them yet. */
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
