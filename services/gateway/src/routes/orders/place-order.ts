import { randomUUID } from 'node:crypto';

import { invalidRequest } from '@oms/contracts/http';
import { orderIdFor } from '@oms/contracts/temporal';
import {
  RefusalCode,
  RefusedError,
  type NewOrder,
  type PaymentProviderName,
  type Refusal,
} from '@oms/domain';

import { actorOf, type Principal } from '../../auth/principal.js';
import { HttpRefusal } from '../../http/refuse.js';
import type { OrderPlacer, PlaceOrderResult } from '../../temporal/order-placer.js';

export interface PlaceOrderDeps {
  readonly placer: OrderPlacer;
  /** The providers that new orders may name; Stripe by default. */
  readonly paymentProviders?: readonly PaymentProviderName[];
  /** The base URL of the API for clients. Without it, the Web UI shows no link to the order. */
  readonly publicUrl?: string;
}

/** An order that a client of any API wants to place. */
export interface WantedOrder {
  readonly order: NewOrder;
  readonly requestHash: string;
  /** Unique across the APIs: each API but the Orders API adds a prefix to its clients' keys. */
  readonly idempotencyKey: string;
  /** The name under which the API takes the key. */
  readonly keyName: 'idempotency_key' | 'Idempotency-Key';
  readonly isDraft?: true;
  /** The path of the order on the API. */
  readonly pathOf: (orderId: string) => string;
}

type Placed = Extract<PlaceOrderResult, { readonly replayed: boolean }> & { readonly orderId: string };

const defaultProviders: readonly PaymentProviderName[] = ['stripe'];

/**
 * Places an order of any API.
 *
 * @throws RefusedError for an unavailable payment provider, for a key that placed another order, and for an order
 *   that ended before it was recorded
 * @throws HttpRefusal `INTERNAL` when the order may or may not have been placed; retrying with the same key is safe
 */
export async function placeOrder(
  { placer, paymentProviders = defaultProviders, publicUrl }: PlaceOrderDeps,
  principal: Principal,
  { order, requestHash, idempotencyKey, keyName, isDraft, pathOf }: WantedOrder,
): Promise<Placed> {
  const { paymentProvider: provider } = order;
  if (provider !== undefined && !paymentProviders.includes(provider)) {
    const message = `payment_provider ${provider} is not available; available: ${paymentProviders.join(', ')}`;
    throw invalidRequest(message, 'payment_provider');
  }
  const { scope } = principal;
  const orderId = orderIdFor(scope, idempotencyKey);
  let result: PlaceOrderResult;
  try {
    result = await placer.place({
      ...{ ...scope, orderId, idempotencyKey, requestHash, order },
      // Unique, unlike the X-Request-Id, which a client may repeat. A replay is recognised by a different request id.
      requestId: randomUUID(),
      actor: actorOf(principal),
      ...(isDraft ? { isDraft } : {}),
      ...(publicUrl === undefined
        ? {}
        : { links: [{ title: 'Order', url: `${publicUrl}${pathOf(orderId)}` }] }),
    });
  } catch (cause) {
    throw new HttpRefusal(RefusalCode.Internal, retryAdvice(keyName), { cause });
  }
  if (result.kind === 'refused') throw new RefusedError(result);
  return { ...result, orderId };
}

/**
 * Refuses an order that cannot be placed as stock and catalogue are now, unless its key has placed it before: the levels
 * may have changed since.
 *
 * @throws RefusedError the refusal
 * @throws HttpRefusal `INTERNAL` when the key cannot be looked up; retrying is safe
 */
export async function refuseUnlessPlaced(
  { placer }: PlaceOrderDeps,
  { scope }: Principal,
  { idempotencyKey, keyName }: Pick<WantedOrder, 'idempotencyKey' | 'keyName'>,
  refusal: Refusal,
): Promise<void> {
  const ref = { ...scope, orderId: orderIdFor(scope, idempotencyKey) };
  const isPlaced = await placer.isPlaced(ref).catch((cause: unknown) => {
    throw new HttpRefusal(RefusalCode.Internal, retryAdvice(keyName), { cause });
  });
  if (!isPlaced) throw new RefusedError(refusal);
}

const retryAdvice = (keyName: WantedOrder['keyName']): string =>
  `the order could not be placed now; retry with the same ${keyName}`;

/** The headers of the answer to a placed order. */
export function placementHeaders(path: string, { replayed }: Placed) {
  return { Location: path, ...(replayed ? { 'Idempotent-Replayed': 'true' } : {}) };
}
