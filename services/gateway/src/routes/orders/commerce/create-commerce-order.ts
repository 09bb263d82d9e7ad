import { randomUUID } from 'node:crypto';

import {
  commerceOrderId,
  createCommerceOrder,
  createOrder,
  renderAcceptedCommerceOrder,
  renderCommerceOrder,
  resolveSkus,
  toCommerceOrder,
  type CommerceOrderCommand,
  variantsToFind,
} from '@oms/contracts/http';
import type { AllocationAnswer } from '@oms/contracts/temporal';
import {
  CancellationReason,
  RefusalCode,
  refusal,
  type NewOrder,
  type NewOrderLine,
  type OrderRef,
} from '@oms/domain';

import type { Principal } from '../../../auth/principal.js';
import { HttpRefusal } from '../../../http/refuse.js';
import type { Handler } from '../../../http/serve-operation.js';
import { placementHeaders, placeOrder, refuseUnlessPlaced, type WantedOrder } from '../place-order.js';
import type { CommerceRoutesDeps } from './commerce-deps.js';
import { refuseUndecidedStock } from '../refuse-undecided-stock.js';
import { trackingNumberOf } from './tracking-number.js';

/** Keeps the keys of this API apart from those of the Orders API, which cannot contain control characters. */
const keyNamespace = 'commerce\u001f';

/**
 * `POST /v1/orders`: 201 when the order's stock is reserved, 422 when the order is refused or cancelled, 202 when
 * neither is known before the timeout; the order then continues by itself. After a 500 the order may or may not have
 * been placed; repeating the request with the same `Idempotency-Key` is safe and gives the outcome.
 */
export function createCommerceOrderHandler(deps: CommerceRoutesDeps): Handler<typeof createCommerceOrder> {
  return async (input, principal) => {
    const { scope } = principal;
    const wanted = toCommerceOrder(scope.tenantId, input.body);
    const keyed = {
      idempotencyKey: `${keyNamespace}${input.idempotencyKey ?? randomUUID()}`,
      keyName: 'Idempotency-Key',
    } as const;
    const order = await withVariants(deps, principal, { ...wanted, ...keyed });
    await refuseUndecidedStock(deps, principal, keyed, wanted.order.lines.map(locatedSku));
    const deadlineMs = Date.now() + deps.allocationTimeoutMs;
    const placed = await placeOrder(deps, principal, {
      ...{ ...keyed, order, requestHash: wanted.requestHash },
      // The path on the Orders API, because operators follow this link.
      pathOf: (orderId) => `${createOrder.path}/${orderId}`,
    });
    const ref = { ...scope, orderId: placed.orderId };
    const headers = placementHeaders(`${createCommerceOrder.path}/${commerceOrderId(ref.orderId)}`, placed);
    const allocation = await deps.allocations.wait(ref, Math.max(deadlineMs - Date.now(), 1));
    if (allocation.kind === 'refused') throw cancelled(allocation, order, headers);
    const recorded = allocation.kind === 'reserved' ? await readOrder(deps, ref) : undefined;
    if (recorded?.cancelled) throw cancelled({ kind: 'refused', ...recorded.cancelled }, order, headers);
    if (!recorded) return { status: 202, headers, body: renderAcceptedCommerceOrder(ref.orderId) };
    return { status: placed.replayed ? 200 : 201, headers, body: recorded.body };
  };
}

/** A line without a location is served wherever there is stock: its SKU needs no look. */
function locatedSku({ sku, ...line }: NewOrderLine): NewOrderLine {
  return { ...line, ...(sku === undefined || line.locationId === undefined ? {} : { sku }) };
}

/**
 * Completes the lines by the catalogue, and refuses SKUs that it does not have once. The order of a repeated request is
 * placed already: its lines stay as they were recorded, whatever the catalogue has now.
 */
async function withVariants(
  deps: CommerceRoutesDeps,
  principal: Principal,
  {
    order,
    statesShipping,
    ...keyed
  }: Pick<WantedOrder, 'order' | 'idempotencyKey' | 'keyName'> & Pick<CommerceOrderCommand, 'statesShipping'>,
): Promise<NewOrder> {
  const { scope } = principal;
  const found = await deps.commerce.findVariants(scope, variantsToFind(order));
  const resolved = resolveSkus(order, found, statesShipping);
  if (resolved.kind === 'resolved') return resolved.order;
  const { kind, skus } = resolved;
  const message = kind === 'unknown' ? 'no variant has the SKU' : 'several variants have the SKU';
  const code = kind === 'unknown' ? RefusalCode.UnknownSku : RefusalCode.AmbiguousSku;
  const details = { skus };
  await refuseUnlessPlaced(
    deps,
    principal,
    keyed,
    refusal(code, `${message} ${skus.join(', ')}`, { details }),
  );
  return order;
}

/**
 * Reads the placed order. `undefined` where it is absent or the read fails: the order is then answered as accepted.
 */
async function readOrder({ orders, commerce }: CommerceRoutesDeps, ref: OrderRef) {
  try {
    const order = await orders.findOrder(ref, ref.orderId);
    if (!order) return undefined;
    const { cancellationReason: reason, cancellationDetail: detail = '' } = order;
    return {
      body: renderCommerceOrder(order, await trackingNumberOf(commerce, ref, ref.orderId)),
      // An order can be cancelled after its stock was reserved, such as by a declined payment.
      cancelled: reason && { reason, detail },
    };
  } catch {
    return undefined;
  }
}

function cancelled(
  { reason, detail, shortages = [] }: Extract<AllocationAnswer, { kind: 'refused' }>,
  order: NewOrder,
  headers: Readonly<Record<string, string>>,
): HttpRefusal {
  // TypeScript types the result of `toUpperCase` as `string`.
  const code = reason.toUpperCase() as Uppercase<CancellationReason>;
  if (reason !== CancellationReason.OutOfStock) {
    const message = `the order is cancelled: ${detail || reason.replaceAll('_', ' ')}`;
    return new HttpRefusal(code, message, { headers });
  }
  // A variant without a SKU is named by its id.
  const skuOf = (variantId: string): string =>
    order.lines.find((line) => line.variantId === variantId)?.sku ?? variantId;
  const skus = [...new Set(shortages.map(({ variantId, sku }) => sku ?? skuOf(variantId)))];
  const message = `One or more SKUs in the request are no longer available in the required quantity: ${detail}`;
  return new HttpRefusal(code, message, { headers, details: { skus } });
}
