import { randomUUID } from 'node:crypto';

import { createOrder, renderPlacedOrder, toCreateOrder, type AnswerOf } from '@oms/contracts/http';
import { orderIdFor } from '@oms/contracts/temporal';
import { DomainError, type PaymentProviderName } from '@oms/domain';

import { HttpError, RefusedError } from '../../http/http-error.js';
import type { Handler } from '../../http/serve-operation.js';
import type { OrderPlacer, PlaceOrderInput, PlaceOrderResult } from '../../temporal/order-placer.js';

export interface CreateOrderDeps {
  readonly placer: OrderPlacer;
  readonly paymentProviders?: readonly PaymentProviderName[];
  /** Where clients reach the API; without it, the Web UI shows no link to the order. */
  readonly publicUrl?: string;
}

/**
 * `POST /api/v1/oms/orders`: 201 when the order is recorded, 202 when it is accepted and not yet recorded, 200 for a
 * replay. A 500 leaves open whether the order was placed; the same request with the same key settles it.
 */
export function createOrderHandler({
  placer,
  paymentProviders,
  publicUrl,
}: CreateOrderDeps): Handler<typeof createOrder> {
  return async (input, principal) => {
    const { idempotencyKey, order, requestHash } = toCreateOrder(input.body, paymentProviders);
    const { scope } = principal;
    const orderId = orderIdFor(scope, idempotencyKey);
    const result = await place(placer, {
      ...scope,
      orderId,
      idempotencyKey,
      requestHash,
      // Not the X-Request-Id, which a client may repeat: it tells the first call from its replays.
      requestId: randomUUID(),
      actor: { type: 'user', id: principal.subject },
      order,
      ...(publicUrl === undefined
        ? {}
        : { links: [{ title: 'Order', url: `${publicUrl}/api/v1/oms/orders/${orderId}` }] }),
    });
    return respond(orderId, result);
  };
}

async function place(placer: OrderPlacer, input: PlaceOrderInput): Promise<PlaceOrderResult> {
  try {
    return await placer.place(input);
  } catch (cause) {
    throw new HttpError(500, 'the order could not be placed now; retry with the same idempotency_key', {
      cause,
    });
  }
}

function respond(orderId: string, result: PlaceOrderResult): AnswerOf<typeof createOrder> {
  if (result.kind === 'conflict') {
    throw new DomainError(
      'idempotency_conflict',
      'the idempotency_key was used before with another body; nothing was changed',
    );
  }
  if (result.kind === 'refused') throw new RefusedError(result);
  const headers = {
    Location: `${createOrder.path}/${orderId}`,
    ...(result.replayed ? { 'Idempotent-Replayed': 'true' } : {}),
  };
  if (result.kind === 'accepted') {
    return { status: 202, headers, body: { ...renderPlacedOrder(orderId), status: 'pending' } };
  }
  return { status: result.replayed ? 200 : 201, headers, body: renderPlacedOrder(orderId) };
}
