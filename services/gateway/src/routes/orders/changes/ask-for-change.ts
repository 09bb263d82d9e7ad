import { getOperation, operationIdOf, type OperationKey } from '@oms/contracts/http';
import type { ChangeAnswer } from '@oms/contracts/temporal';
import { notFound, RefusalCode, RefusedError, type OrderCommandType } from '@oms/domain';

import { actorOf, type Principal } from '../../../auth/principal.js';
import { HttpRefusal } from '../../../http/refuse.js';
import type { HttpResponse } from '../../../http/http-response.js';
import type { ChangeOrder, ChangeOrderOutcome, OrderChanger } from '../../../temporal/order-changer.js';

/** A change of an order that an API has parsed. */
export interface WantedChange<Type extends OrderCommandType> extends Pick<
  ChangeOrder<Type>,
  'type' | 'request' | 'asked' | 'operation'
> {
  readonly orderId: string;
}

/**
 * Asks an order to make a change, and renders the outcome: the result, 202 with the address of the operation while the
 * order is not done with the change, or a refusal.
 *
 * @param render renders the result of the change. A result of an earlier request with the same key gets the header
 *   `Idempotent-Replayed`.
 * @throws RefusedError for a refused change, and for an unknown order
 * @throws HttpRefusal `INTERNAL` when the order may not have received the change; retrying with the same key is safe
 */
export async function askForChange<
  Type extends OrderCommandType,
  Answer extends HttpResponse,
  Accepted extends HttpResponse,
>(
  changer: OrderChanger,
  keyed: { readonly idempotencyKey?: string },
  principal: Principal,
  change: WantedChange<Type>,
  render: (answer: ChangeAnswer) => Answer | Promise<Answer>,
  renderAccepted: () => Accepted,
): Promise<Answer | (Accepted & { readonly headers: { readonly Location: string } })> {
  const outcome = await ask(changer, keyed, principal, change);
  switch (outcome.kind) {
    case 'refused':
      throw new RefusedError(outcome);
    case 'not_found':
      throw new RefusedError(notFound('order'));
    case 'accepted':
      return { ...renderAccepted(), headers: { Location: pathOfOperation(outcome.operation) } };
    case 'applied': {
      const response = await render(outcome.answer);
      if (!outcome.isReplay) return response;
      return { ...response, headers: { ...response.headers, 'Idempotent-Replayed': 'true' } };
    }
  }
}

const pathOfOperation = (key: OperationKey): string =>
  getOperation.path.replace('{operationID}', operationIdOf(key));

async function ask<Type extends OrderCommandType>(
  changer: OrderChanger,
  { idempotencyKey }: { readonly idempotencyKey?: string },
  principal: Principal,
  { orderId, ...change }: WantedChange<Type>,
): Promise<ChangeOrderOutcome> {
  try {
    return await changer.change({
      ref: { ...principal.scope, orderId },
      ...change,
      actor: actorOf(principal),
      ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    });
  } catch (cause) {
    const advice = 'the order may not have heard of it; retry with the same Idempotency-Key';
    throw new HttpRefusal(RefusalCode.Internal, advice, { cause });
  }
}
