import { randomUUID } from 'node:crypto';

import type { ChangeOrderInput, ChangeOrderResult } from '@oms/contracts/temporal';
import type { NewOrderLine, OrderCommand, OrderRef, TenantScope } from '@oms/domain';

import type { Database } from '../kit/database.js';
import { applyOrderCommand } from '../orders/order-commands.js';
import type { OrderToRecord } from '../orders/order-recorder.js';
import { changeOrderStatus } from '../order-log/order-transitions.js';
import { recordAuthorization, recordMovement } from '../payments/payment-records.js';
import { receiveStock, reserveStock } from '../inventory/stock.js';
import type { RefundRecord } from '../returns/refund-records.js';
import { placeOrder, shopper, system, type OrderWishes } from './orders.js';

/** A line of a variant that has to be shipped from a location of its own, unless the test says otherwise. */
export function stockedLine(wishes: Partial<NewOrderLine> = {}): NewOrderLine {
  return {
    variantId: randomUUID(),
    locationId: randomUUID(),
    quantity: 3,
    unitPriceMinor: 500,
    requiresShipping: true,
    ...wishes,
  };
}

/** Receives exactly what the lines want where they name a location. */
export async function receiveStockOf(
  database: Database,
  scope: TenantScope,
  lines: readonly NewOrderLine[],
): Promise<void> {
  const { tenantId, orgId } = scope;
  for (const { variantId, locationId, quantity } of lines) {
    if (variantId === undefined || locationId === undefined) continue;
    await receiveStock(database, { tenantId, orgId, variantId, locationId, quantity, reason: 'delivery' });
  }
}

/**
 * An order whose stock is reserved, that was paid for, and that is confirmed: as the workflow leaves it.
 *
 * @param paidMinor the captured amount, if it is not the total
 */
export async function confirmedOrder(
  database: Database,
  scope: TenantScope,
  wishes: OrderWishes,
  paidMinor?: number,
): Promise<OrderToRecord> {
  const order = await placeOrder(database, scope, wishes);
  const { totalMinor } = order.order.totals;
  const movement = (operation: string) => ({
    idempotencyKey: `${order.orderId}:${operation}:1`,
    amountMinor: paidMinor ?? totalMinor,
    providerObjectId: randomUUID(),
  });
  if (order.order.paymentProvider && totalMinor > 0) {
    await recordAuthorization(database, order, { ...movement('authorize'), moneyStepMinor: 1 }, system);
  }
  const reserved = await reserveStock(database, order, system);
  if (reserved.kind !== 'reserved') throw new Error(`the order is ${reserved.kind}`);
  if (order.order.paymentProvider && totalMinor > 0) {
    await recordMovement(
      database,
      order,
      'capture',
      { ...movement('capture'), ordinal: 1, chargeMinor: totalMinor },
      system,
    );
  }
  await changeOrderStatus(database, order, {
    from: 'pending',
    to: 'confirmed',
    event: 'order.confirmed',
    actor: system,
  });
  return order;
}

/** A command as the workflow hands it on. Of one id, always the same request. */
export function changeOf(
  { tenantId, orgId, orderId }: OrderRef,
  command: OrderCommand,
  commandId: string = randomUUID(),
): ChangeOrderInput {
  return {
    ...{ tenantId, orgId, orderId, commandId, command },
    requestHash: `hash of ${JSON.stringify(command)}`,
    requestId: `request of ${commandId}`,
    actor: shopper,
  };
}

export type Applied = Extract<ChangeOrderResult, { readonly kind: 'applied' }>;

/** Applies a command that the test takes for granted. */
export async function apply(
  database: Database,
  ref: OrderRef,
  command: OrderCommand,
  commandId?: string,
): Promise<Applied> {
  const result = await applyOrderCommand(database, changeOf(ref, command, commandId));
  if (result.kind !== 'applied') throw new Error(`not applied: ${JSON.stringify(result)}`);
  return result;
}

/** The shipment, return or refund that a command made. */
export function partOfAnswer({ answer }: Applied): string {
  if (answer.partId === undefined) throw new Error('the command made nothing');
  return answer.partId;
}

/** A refund of an order in any state. */
export async function refundOf(
  { prisma }: Database,
  { orderId }: OrderRef,
  id: string,
): Promise<RefundRecord & { readonly status: string }> {
  const row = await prisma.refund.findUniqueOrThrow({ where: { id, orderId } });
  const { ordinal, amountMinor, lines, returnId, status } = row;
  return {
    ...{ id, ordinal, status, amountMinor: Number(amountMinor) },
    lines: lines as unknown as RefundRecord['lines'], // As the command that made it wrote them.
    ...(returnId === null ? {} : { returnId }),
  };
}
