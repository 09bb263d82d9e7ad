import { randomUUID } from 'node:crypto';

import {
  commerceOrderId,
  createCommerceOrder,
  renderAcceptedCommerceOrder,
  renderCommerceOrder,
  resolveSkus,
  toCommerceOrder,
  variantsToFind,
} from '@oms/contracts/http';
import { orderIdFor, type AllocationAnswer } from '@oms/contracts/temporal';
import { CancellationReason, RefusalCode, type NewOrder, type OrderRef } from '@oms/domain';

import type { Principal } from '../../../auth/principal.js';
import { HttpError, RefusedError } from '../../../http/http-error.js';
import type { Handler } from '../../../http/serve-operation.js';
import type { PlaceOrderInput, PlaceOrderResult } from '../../../temporal/order-placer.js';
import type { CommerceRoutesDeps } from './commerce-deps.js';
import { trackingNumberOf } from './tracking-number.js';

/** No key of the Orders API has a control character, so no two faces ever share a key. */
const keyNamespace = 'commerce\u001f';

/**
 * `POST /v1/orders`: 201 when the order's stock is reserved, 422 when something is decided against it, 202 when neither
 * is known in time; the order goes on by itself then. A 500 leaves open whether the order was placed; the same request
 * with the same `Idempotency-Key` settles it.
 */
export function createCommerceOrderHandler(deps: CommerceRoutesDeps): Handler<typeof createCommerceOrder> {
  return async (input, principal) => {
    const { scope } = principal;
    const wanted = toCommerceOrder(scope.tenantId, input.body, deps.paymentProviders);
    const order = await withVariants(deps, principal, wanted.order);
    const idempotencyKey = `${keyNamespace}${input.idempotencyKey ?? randomUUID()}`;
    const ref = { ...scope, orderId: orderIdFor(scope, idempotencyKey) };
    const deadlineMs = Date.now() + deps.allocationTimeoutMs;
    const placed = await place(deps, {
      ...{ ...ref, idempotencyKey, order, requestHash: wanted.requestHash, requestId: randomUUID() },
      actor: { type: principal.actorType, id: principal.subject },
      ...linksTo(deps, ref),
    });
    if (placed.kind === 'conflict') throw new RefusedError(conflict);
    if (placed.kind === 'refused') throw new RefusedError(placed);
    const headers = {
      Location: `${createCommerceOrder.path}/${commerceOrderId(ref.orderId)}`,
      ...(placed.replayed ? { 'Idempotent-Replayed': 'true' } : {}),
    };
    const allocation = await deps.allocations.wait(ref, Math.max(deadlineMs - Date.now(), 1));
    if (allocation.kind === 'refused') throw refused(allocation, order, headers);
    const recorded = allocation.kind === 'reserved' ? await readOrder(deps, ref) : undefined;
    if (recorded?.cancelled) throw refused({ kind: 'refused', ...recorded.cancelled }, order, headers);
    if (!recorded) return { status: 202, headers, body: renderAcceptedCommerceOrder(ref.orderId) };
    return { status: placed.replayed ? 200 : 201, headers, body: recorded.body };
  };
}

const conflict = {
  kind: 'refused',
  code: RefusalCode.IdempotencyConflict,
  message: 'the Idempotency-Key was used before with another body; nothing was changed',
} as const;

async function withVariants(
  { commerce }: CommerceRoutesDeps,
  { scope }: Principal,
  order: NewOrder,
): Promise<NewOrder> {
  const resolved = resolveSkus(order, await commerce.findVariants(scope, variantsToFind(order)));
  if (resolved.kind === 'resolved') return resolved.order;
  const { kind, skus } = resolved;
  const message = kind === 'unknown' ? 'no variant has the SKU' : 'several variants have the SKU';
  throw new HttpError(422, `${message} ${skus.join(', ')}`, {
    details: { code: kind === 'unknown' ? 'UNKNOWN_SKU' : 'AMBIGUOUS_SKU', skus },
  });
}

async function place(deps: CommerceRoutesDeps, input: PlaceOrderInput): Promise<PlaceOrderResult> {
  try {
    return await deps.placer.place(input);
  } catch (cause) {
    const advice = 'the order could not be placed now; retry with the same Idempotency-Key';
    throw new HttpError(500, advice, { cause });
  }
}

function linksTo({ publicUrl }: CommerceRoutesDeps, { orderId }: OrderRef) {
  if (publicUrl === undefined) return {};
  return { links: [{ title: 'Order', url: `${publicUrl}/api/v1/oms/orders/${orderId}` }] };
}

/** The order is placed, whatever happens here: where it cannot be read now, it is answered as accepted. */
async function readOrder({ orders, commerce }: CommerceRoutesDeps, ref: OrderRef) {
  try {
    const order = await orders.findOrder(ref, ref.orderId);
    if (!order) return undefined;
    const { cancellationReason: reason, cancellationDetail: detail = '' } = order;
    return {
      body: renderCommerceOrder(order, await trackingNumberOf(commerce, ref, ref.orderId)),
      // Its stock was reserved, and it is cancelled by now: its payment was declined, or somebody was quick.
      cancelled: reason && { reason, detail },
    };
  } catch {
    return undefined;
  }
}

function refused(
  { reason, detail, shortages = [] }: Extract<AllocationAnswer, { kind: 'refused' }>,
  order: NewOrder,
  headers: Readonly<Record<string, string>>,
): HttpError {
  const code = reason.toUpperCase();
  if (reason !== CancellationReason.OutOfStock) {
    const message = `the order is cancelled: ${detail || reason.replaceAll('_', ' ')}`;
    return new HttpError(422, message, { headers, details: { code } });
  }
  // A variant that has no SKU is called by its id.
  const skuOf = (variantId: string): string =>
    order.lines.find((line) => line.variantId === variantId)?.sku ?? variantId;
  const skus = [...new Set(shortages.map(({ variantId, sku }) => sku ?? skuOf(variantId)))];
  const message = `One or more SKUs in the request are no longer available in the required quantity: ${detail}`;
  return new HttpError(422, message, { headers, details: { code, skus } });
}
