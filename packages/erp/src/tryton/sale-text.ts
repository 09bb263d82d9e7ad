import { formatAmountMinor, unitConditions } from '@oms/domain';

import type { ErpOrder, ErpShipment } from '../erp-order.js';

/**
 * Renders the description of a sale, which contains the version of the order. The description needs no module of ours
 * in Tryton, people can see it, and it is written in the same transaction as the content of that version.
 */
export function describeVersion(number: string, version: number): string {
  return `${number} · version ${version}`;
}

/** The version of a placeholder, a sale without content. */
export const placeholderVersion = 0;

/** The version in a description. `undefined` if a person has removed it: the sale then accepts the next snapshot. */
export function readVersion(description: string | null): number | undefined {
  const match = / · version (\d{1,15})$/.exec(description?.trim() ?? '');
  return match ? Number(match[1]) : undefined;
}

const blockStart = '--- from order management ---';
const blockEnd = '--- end ---';

/**
 * Updates the block of a sale's comment that contains the data without a field in Tryton. Keeps the text of people
 * around the block.
 */
export function updateComment(comment: string | null, order: ErpOrder): string {
  const block = [blockStart, ...commentLines(order), blockEnd].join('\n');
  const present = comment ?? '';
  const from = present.indexOf(blockStart);
  const to = present.indexOf(blockEnd, from);
  if (from < 0 || to < 0) return present.trim() ? `${present.trimEnd()}\n\n${block}` : block;
  return present.slice(0, from) + block + present.slice(to + blockEnd.length);
}

function commentLines(order: ErpOrder): string[] {
  const { totals } = order;
  const total = formatAmountMinor(totals.totalMinor, order.currencyExponent);
  return [
    `Order ${order.number}, ${order.status}, ${total} ${order.currency}`,
    ...(order.externalId ? [`External id: ${order.externalId}`] : []),
    ...(order.shippingMethod ? [`Shipping method: ${order.shippingMethod}`] : []),
    ...(order.shippingAddress?.phone ? [`Phone: ${order.shippingAddress.phone}`] : []),
    ...(order.cancellationReason
      ? [`Cancelled: ${[order.cancellationReason, order.cancellationDetail].filter(Boolean).join(', ')}`]
      : []),
    ...order.shipments.map((shipment) => shipmentLine(order, shipment)),
  ].map((line) => line.replace(/\s+/g, ' '));
}

function shipmentLine(order: ErpOrder, shipment: ErpShipment): string {
  const contents = shipment.lines.map(({ lineId, quantity }) => `${quantity} × ${nameOf(order, lineId)}`);
  const by = [shipment.carrier, shipment.trackingNumber].filter(Boolean).join(' ');
  return [
    `Shipped ${shipment.shippedAt}${by ? ` by ${by}` : ''}: ${contents.join(', ')}`,
    ...(shipment.deliveredAt ? [`delivered ${shipment.deliveredAt}`] : []),
    ...(shipment.returnedToSenderAt ? [returnWords(order, shipment, shipment.returnedToSenderAt)] : []),
  ].join('; ');
}

function returnWords(order: ErpOrder, { lines }: ErpShipment, at: string): string {
  const words = { restock: 'can be sold again', damaged: 'damaged', missing: 'missing' } as const;
  const conditions = lines.flatMap(({ lineId, received }) =>
    unitConditions
      .map((condition) => ({ condition, quantity: received?.[condition] ?? 0 }))
      .filter(({ quantity }) => quantity > 0)
      .map(({ condition, quantity }) => `${quantity} × ${nameOf(order, lineId)} ${words[condition]}`),
  );
  return `returned to sender ${at}: ${conditions.join(', ')}`;
}

function nameOf(order: ErpOrder, lineId: string): string {
  const line = order.lines.find(({ id }) => id === lineId);
  return line?.sku ?? line?.title ?? lineId;
}
