import { formatAmountMinor, markdownCode, type NewOrder } from '@oms/domain';

/** Temporal takes at most 400 bytes of summary and 20,000 of details; these stay below in any script. */
const maxNameCharacters = 60;
const maxLinesShown = 50;

/** The order in one line of Markdown, for the lists of the Web UI: 2 items, 179.98 USD, `web-storefront`. */
export function summarizeNewOrder(order: NewOrder): string {
  const items = order.lines.reduce((sum, line) => sum + line.quantity, 0);
  const total = formatAmountMinor(order.totals.totalMinor, order.currencyExponent);
  return [
    `${items} ${items === 1 ? 'item' : 'items'}`,
    `${total} ${order.currency}`,
    ...(order.channel === undefined ? [] : [markdownCode(order.channel, maxNameCharacters)]),
  ].join(', ');
}

/**
 * Lists the ordered items, in Markdown, for the order's page in the Web UI. Nothing about the person who ordered: the page
 * is for operators, and what stands there is not encrypted.
 */
export function describeNewOrder(order: NewOrder): string {
  const money = (amountMinor: number): string => formatAmountMinor(amountMinor, order.currencyExponent);
  const { subtotalMinor, discountMinor, taxMinor, shippingMinor, totalMinor } = order.totals;
  const shown = order.lines.slice(0, maxLinesShown).map((line) => {
    const name = markdownCode(line.productTitle ?? line.sku ?? line.variantId ?? '', maxNameCharacters);
    return `- ${line.quantity} × ${name || 'item'} at ${money(line.unitPriceMinor)}`;
  });
  const hidden = order.lines.length - shown.length;
  return [
    `**${money(totalMinor)} ${order.currency}**: items ${money(subtotalMinor)}, discount ${money(discountMinor)}, ` +
      `tax ${money(taxMinor)}, shipping ${money(shippingMinor)}. Paid by ${order.paymentProvider ?? 'invoice'}.`,
    '',
    ...shown,
    ...(hidden > 0 ? [`- and ${hidden} more lines`] : []),
  ].join('\n');
}
