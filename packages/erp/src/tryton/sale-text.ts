import { formatAmountMinor, unitConditions } from '@oms/domain';

import type { ErpInvoice, ErpOrder, ErpRefund, ErpReturn, ErpShipment, ErpUnits } from '../erp-order.js';

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
  const amount = (minor: number): string =>
    `${formatAmountMinor(minor, order.currencyExponent)} ${order.currency}`;
  const disputed = order.disputedMinor > 0 ? `, ${amount(order.disputedMinor)} disputed` : '';
  return [
    `Order ${order.number}, ${order.status}, ${amount(order.totals.totalMinor)}`,
    `Payment: ${order.paymentStatus}, ${amount(order.capturedMinor)} captured, ${amount(order.refundedMinor)} refunded${disputed}`,
    ...(order.externalId ? [`External id: ${order.externalId}`] : []),
    ...(order.shippingMethod ? [`Shipping method: ${order.shippingMethod}`] : []),
    ...(order.shippingAddress?.phone ? [`Phone: ${order.shippingAddress.phone}`] : []),
    ...(order.cancellationReason
      ? [`Cancelled: ${[order.cancellationReason, order.cancellationDetail].filter(Boolean).join(', ')}`]
      : []),
    ...order.cancellations.map(
      ({ cancelledAt, amountMinor, lines }) =>
        `Units cancelled ${cancelledAt}: ${unitsOf(order, lines)}, ${amount(amountMinor)}`,
    ),
    ...order.shipments.map((shipment) => shipmentLine(order, shipment)),
    ...order.returns.map((returned) => returnLine(order, returned)),
    ...order.refunds.map((refund) => refundLine(order, refund, amount(refund.amountMinor))),
    ...(order.invoice ? invoiceLines(order.invoice, amount) : []),
  ].map((line) => line.replace(/\s+/g, ' '));
}

function shipmentLine(order: ErpOrder, shipment: ErpShipment): string {
  const by = [shipment.carrier, shipment.trackingNumber].filter(Boolean).join(' ');
  const { shippedAt, deliveredAt, returnedToSenderAt, lines } = shipment;
  const left = lines.map(({ lineId, quantity }) => ({ lineId, quantity }));
  return [
    `Shipped ${shippedAt}${by ? ` by ${by}` : ''}: ${unitsOf(order, left)}`,
    ...(deliveredAt ? [`delivered ${deliveredAt}`] : []),
    ...(returnedToSenderAt ? [`returned to sender ${returnedToSenderAt}: ${unitsOf(order, lines)}`] : []),
  ].join('; ');
}

function returnLine(order: ErpOrder, { status, requestedAt, receivedAt, lines }: ErpReturn): string {
  return `Return ${status}, ${receivedAt ? `back ${receivedAt}` : `requested ${requestedAt}`}: ${unitsOf(order, lines)}`;
}

function refundLine(order: ErpOrder, refund: ErpRefund, amount: string): string {
  const { status, requestedAt, settledAt, providerRefundId, lines } = refund;
  return [
    `Refund ${status} ${settledAt ?? requestedAt}: ${amount}`,
    ...(lines.length > 0 ? [unitsOf(order, lines)] : []),
    ...(providerRefundId === undefined ? [] : [`made at the payment provider as ${providerRefundId}`]),
  ].join(', ');
}

function invoiceLines(invoice: ErpInvoice, amount: (minor: number) => string): string[] {
  const { number, status, totalMinor, paidMinor, dueMinor } = invoice;
  return [
    `Invoice ${number}, ${status}: ${amount(totalMinor)}, ${amount(paidMinor)} paid, ${amount(dueMinor)} due`,
    ...invoice.creditNotes.map(
      (note) => `Credit note ${note.number}, ${note.reason}: ${amount(note.amountMinor)}`,
    ),
  ];
}

const conditionWords = { restock: 'can be sold again', damaged: 'damaged', missing: 'missing' } as const;

/** Units of lines by name, and by condition where they came back. */
function unitsOf(order: ErpOrder, lines: readonly ErpUnits[]): string {
  return lines
    .flatMap(({ lineId, quantity, received }) => {
      const name = nameOf(order, lineId);
      if (!received) return [`${quantity} × ${name}`];
      return unitConditions
        .filter((condition) => received[condition] > 0)
        .map((condition) => `${received[condition]} × ${name} ${conditionWords[condition]}`);
    })
    .join(', ');
}

function nameOf(order: ErpOrder, lineId: string): string {
  const line = order.lines.find(({ id }) => id === lineId);
  return line?.sku ?? line?.title ?? lineId;
}
