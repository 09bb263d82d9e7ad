import type { OrderSnapshot } from '@oms/database';
import type { Order, OrderLine } from '@oms/domain';
import type { ErpCustomer, ErpOrder, ErpOrderLine } from '@oms/erp';

/** An order as ERPs are given it. */
export function erpOrderOf({ order, shipments }: OrderSnapshot): ErpOrder {
  const customer = customerOf(order);
  const { id, number, status, currency, currencyExponent, totals, version, createdAt, updatedAt } = order;
  const { externalId, shippingAddress, billingAddress, shippingMethod, note, tags } = order;
  const { cancellationReason, cancellationDetail } = order;
  return {
    ...{ id, number, status, currency, currencyExponent, totals, version, createdAt, updatedAt },
    lines: order.lines.map(lineOf),
    shipments,
    ...(externalId === undefined ? {} : { externalId }),
    ...(customer ? { customer } : {}),
    ...(shippingAddress ? { shippingAddress } : {}),
    ...(billingAddress ? { billingAddress } : {}),
    ...(note === undefined ? {} : { note }),
    ...(tags ? { tags } : {}),
    ...(shippingMethod === undefined ? {} : { shippingMethod }),
    ...(cancellationReason ? { cancellationReason } : {}),
    ...(cancellationDetail === undefined ? {} : { cancellationDetail }),
  };
}

/** Discounts are the whole order's here; no line has one of its own. */
function lineOf(line: OrderLine): ErpOrderLine {
  const { id, sku, quantity, unitPriceMinor, requiresShipping } = line;
  const words = [line.productTitle, line.variantTitle].filter((word) => word !== undefined);
  return {
    ...{ id, quantity, unitPriceMinor, requiresShipping, discountMinor: 0 },
    title: words.length > 0 ? words.join(', ') : (sku ?? `Item ${line.position}`),
    ...(sku === undefined ? {} : { sku }),
  };
}

/** The client's own name of the customer, where there is one: that is what a shop's ERP knows. */
function customerOf({ customerRef, customerId, shippingAddress }: Order): ErpCustomer | undefined {
  const id = customerRef ?? customerId;
  if (id === undefined) return undefined;
  const { name, email } = shippingAddress ?? {};
  return { id, ...(name === undefined ? {} : { name }), ...(email === undefined ? {} : { email }) };
}
